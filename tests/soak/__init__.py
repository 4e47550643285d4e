"""A week of visits, compressed: does anything grow that must not, is any paper lost?"""
