"""What a trained topic model is and does: no HTTP, no SQL, no command line."""
