"""What topicdesk remembers: articles, decisions, labels with their history, jobs; in SQLite or PostgreSQL."""
