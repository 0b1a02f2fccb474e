"""What stands against an effect: a certain refusal, or a doubt that only a look can settle."""
