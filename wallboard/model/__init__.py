"""What is known about the queues: pure functions on frozen data, standard library only."""
