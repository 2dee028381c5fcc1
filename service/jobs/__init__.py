"""Jobs: work too long for a request, done in processes of its own, one at a time for each server."""
