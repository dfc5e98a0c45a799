namespace CharacterRefs.Application.Ports.Assets;

/// <summary>Consecutive bytes of an asset.</summary>
public readonly record struct ByteSpan
{
    /// <param name="offset">First byte, from 0.</param>
    /// <param name="length">How many, at least 1; <c>null</c> for all that follow.</param>
    public ByteSpan(long offset, long? length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(length ?? 1, 1, nameof(length));
        Offset = offset;
        Length = length;
    }

    /// <summary>First byte, from 0.</summary>
    public long Offset { get; }

    /// <summary>How many; <c>null</c> for all that follow.</summary>
    public long? Length { get; }

    /// <summary>Number of its bytes in an asset of this length.</summary>
    public long Within(long assetLength) => Math.Max(0, Math.Min(Length ?? long.MaxValue, assetLength - Offset));
}
