"""What settlement decides, purely: evidence, claims, reviews, disclosure and stops; time, ids and facts come in."""
