"""How the schema came about, step by step; each step goes up and down with data in place.

To change the schema: write the next file in `versions`, change `schema.py` alike (a test holds them equal), and set
`migrate.HEAD`. A step that has been released is never changed.
"""
