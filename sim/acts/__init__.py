"""What phases and decisions do to the world: money, holdings and plants change."""
