"""The service: intake, command line and REST around the model."""
