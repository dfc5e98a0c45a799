using System.Collections.Concurrent;
using CharacterRefs.Application.Ports.ImageFiles;

namespace CharacterRefs.Application.Storage;

/// <summary>
/// Remembers the hashes of files that were read to their ends, so that each is read once per process: a file with the same length, time and number in the file
/// system is not read again. Damage that leaves these as they are is not noticed.
/// </summary>
/// <typeparam name="TKey">Identifies a file; removing the file has to remove its key, or the memory grows.</typeparam>
public sealed class VerifiedFiles<TKey>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Verified> _verified = new();

    /// <summary>The hash that this file had when it was read; <c>null</c> when it must be read first.</summary>
    public ContentHash? Find(TKey key, LocalFile file) =>
        _verified.TryGetValue(key, out var known) && known == Verified.Of(file, known.Sha256) ? known.Sha256 : null;

    /// <summary>Records that a file has the right bytes.</summary>
    /// <param name="file">As it was found before it was read.</param>
    public void Add(TKey key, LocalFile file, ContentHash sha256) => _verified[key] = Verified.Of(file, sha256);

    /// <summary>Forgets a file; an unknown one is not an error.</summary>
    public void Remove(TKey key) => _verified.TryRemove(key, out _);

    private readonly record struct Verified(long SizeBytes, DateTimeOffset LastModified, ulong Number, ContentHash Sha256)
    {
        public static Verified Of(LocalFile file, ContentHash sha256) => new(file.SizeBytes, file.LastModified, file.Number, sha256);
    }
}
