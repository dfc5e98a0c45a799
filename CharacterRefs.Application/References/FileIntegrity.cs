using System.Collections.Concurrent;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.References;

/// <summary>
/// Whether local files have the bytes of their records. The length is compared each time, the hash once per process and file, see
/// <see cref="VerifiedFiles{TKey}"/>. Damage that leaves length and time as they are is found by the periodic check of all copies.
/// </summary>
public sealed partial class FileIntegrity(IReferenceFiles files, ILogger<FileIntegrity> logger)
{
    private readonly VerifiedFiles<CharacterReferenceId> _verified = new();
    private readonly ConcurrentDictionary<CharacterReferenceId, bool> _damaged = new();

    /// <summary>Images whose local file was found to be damaged and was not repaired since.</summary>
    public IReadOnlyCollection<CharacterReferenceId> Damaged => [.. _damaged.Keys];

    /// <summary>Whether a file is known to be damaged, without reading it.</summary>
    public bool IsDamaged(CharacterReference reference, LocalFile file) => Recall(reference, file) is false || _damaged.ContainsKey(reference.Id);

    /// <summary>Whether the bytes of this file were verified before, or are known to be wrong; <c>null</c> when the file must be read first.</summary>
    public bool? Recall(CharacterReference reference, LocalFile file)
    {
        if (file.SizeBytes != reference.SizeBytes)
        {
            Report(reference.Id, $"it has {file.SizeBytes} bytes instead of {reference.SizeBytes}");
            return false;
        }

        return _verified.Find(reference.Id, file) == reference.Sha256 ? true : null;
    }

    /// <summary>Compares length and hash, and remembers the result.</summary>
    /// <exception cref="LocalStorageException">The file was removed or cannot be read.</exception>
    public async Task<bool> VerifyAsync(CharacterReference reference, LocalFile file, CancellationToken cancellationToken)
    {
        _verified.Remove(reference.Id);
        if (Recall(reference, file) is false)
        {
            return false;
        }

        if (await files.HashAsync(file, cancellationToken) != reference.Sha256)
        {
            Report(reference.Id, "its bytes do not have the recorded hash");
            return false;
        }

        Remember(reference, file);
        return true;
    }

    /// <summary>Records that a file has the right bytes, which its writer verified.</summary>
    public void Remember(CharacterReference reference, LocalFile file)
    {
        _verified.Add(reference.Id, file, reference.Sha256);
        _damaged.TryRemove(reference.Id, out _);
    }

    /// <summary>Forgets an image whose local file was removed.</summary>
    public void Forget(CharacterReferenceId id)
    {
        _verified.Remove(id);
        _damaged.TryRemove(id, out _);
    }

    private void Report(CharacterReferenceId id, string cause)
    {
        if (_damaged.TryAdd(id, true))
        {
            LogDamaged(logger, id, cause);
        }
    }

    [LoggerMessage(54, LogLevel.Error, "The local file of {ImageId} is damaged: {Cause}")]
    private static partial void LogDamaged(ILogger logger, CharacterReferenceId imageId, string cause);
}
