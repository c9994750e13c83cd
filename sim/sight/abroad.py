"""Who is behind the producers outside China."""

from sim.world.control import controllers, economic_interest
from sim.world.world import World


def chinese_shares(world: World) -> list[tuple[str, float]]:
    """The ultimate owner of each producer outside China, and its look-through part where it is Chinese."""
    top = controllers(world.ownership)
    behind = {row.id: row.owner_type for row in world.pack.groups}
    shares = []
    for row in world.pack.importers:
        owner = top[row.company]
        chinese = behind[owner] != "foreign"
        share = float(economic_interest(world.ownership, [owner], [row.company])[0, 0]) if chinese else 0.0
        shares.append((owner, share))
    return shares
