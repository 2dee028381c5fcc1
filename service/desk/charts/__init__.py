"""Charts drawn on the server: data to geometry here, geometry to SVG in `templates/charts.html.j2`.

Lengths are in units of the drawing, `frame.WIDTH` wide, which the page scales to fit; y grows downwards.
"""
