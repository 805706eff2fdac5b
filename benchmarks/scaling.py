"""How the time of a check grows with the length of a network."""

from __future__ import annotations

from measure import CNN, HERE, seconds

CHAIN = str(HERE / "programs" / "chain.cnn")
CIFAR = str(HERE / "programs" / "cifar.cnn")
NODES_IN_A_BLOCK = 5


def chain(nodes: int) -> tuple[str, ...]:
    return (*CNN, "check", CHAIN, "--set", f"blocks={nodes // NODES_IN_A_BLOCK}")


def rows() -> list[tuple[str, str, str]]:
    """Lines of the table: what, figure, limit."""
    lengths = (1_000, 10_000, 50_000, 100_000)
    times = seconds({str(nodes): chain(nodes) for nodes in lengths}, rounds=5)
    start = times["1000"]
    per_node = [1e6 * (times[str(nodes)] - start) / (nodes - 1_000) for nodes in lengths[1:]]
    deep = seconds({name: (*CNN, "check", f"{CIFAR}:{name}") for name in ("resnet20", "resnet1202")}, rounds=11)
    long, short = deep["resnet1202"], deep["resnet20"]
    return [
        (
            "a chain of equal residual blocks, 100,000 nodes: CPU of the whole check",
            f"{times['100000']:.2f} s",
            "under 2 s",
        ),
        (
            "the same, microseconds a node beyond the first 1,000, for 10,000, 50,000 and 100,000 nodes",
            ", ".join(f"{value:.1f}" for value in per_node),
            "level",
        ),
        (
            f"ResNet-1202 for CIFAR-10 ({long * 1000:.0f} ms) : ResNet-20 ({short * 1000:.0f} ms)",
            f"{long / short:.2f}",
            "at most 2",
        ),
    ]


if __name__ == "__main__":
    for row in rows():
        print(*row, sep=" | ")
