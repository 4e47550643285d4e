"""What stands on a screen, spoken: sentences, how figures are said, the voice, the sounds."""
