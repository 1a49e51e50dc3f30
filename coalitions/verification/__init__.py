"""Re-checking saved answers from their certificates, without the code that found them."""
