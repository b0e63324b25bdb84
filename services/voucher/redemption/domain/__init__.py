"""What redemption decides, purely: time, ids, amounts and facts come in, an outcome or a refusal goes out."""
