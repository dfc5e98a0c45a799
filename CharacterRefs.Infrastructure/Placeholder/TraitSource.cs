using System.Buffers.Binary;

namespace CharacterRefs.Infrastructure.Placeholder;

/// <summary>
/// A stream of choices from SHA-256 of description and seed. <see cref="Random"/> with a seed is not promised to give the same numbers in every version
/// of .NET; a hash is.
/// </summary>
internal sealed class TraitSource(string description, int seed)
{
    private readonly byte[] _key = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}\n{description}")));
    private readonly byte[] _block = new byte[SHA256.HashSizeInBytes];
    private int _used = SHA256.HashSizeInBytes;
    private int _counter;

    /// <summary>A number from 0 up to, not including, <paramref name="count"/>.</summary>
    public int Next(int count)
    {
        if (_used + sizeof(uint) > _block.Length)
        {
            Span<byte> input = stackalloc byte[SHA256.HashSizeInBytes + sizeof(int)];
            _key.CopyTo(input);
            BinaryPrimitives.WriteInt32BigEndian(input[SHA256.HashSizeInBytes..], _counter++);
            SHA256.HashData(input, _block);
            _used = 0;
        }

        var number = BinaryPrimitives.ReadUInt32BigEndian(_block.AsSpan(_used));
        _used += sizeof(uint);
        return (int)(number % (uint)count);
    }

    /// <summary>A number between two bounds, both included.</summary>
    public int Between(int min, int max) => min + Next(max - min + 1);

    /// <summary>One of several.</summary>
    public T Pick<T>(ReadOnlySpan<T> choices) => choices[Next(choices.Length)];

    /// <summary>True in so many of a hundred cases.</summary>
    public bool Chance(int percent) => Next(100) < percent;
}
