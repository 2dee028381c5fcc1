"""The pages, a module each: HTTP in, a template out."""
