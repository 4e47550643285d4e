"""The service catalogue as of a day: guides in force, what they ask for, and how they are found."""
