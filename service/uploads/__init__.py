"""Uploads: files of articles from a browser, looked into, mapped to fields and kept by a job."""
