"""What is known about a person; knows no device and no paper."""
