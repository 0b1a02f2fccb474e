"""What an engine answers: the ports of its bundle, and the values that go through them."""
