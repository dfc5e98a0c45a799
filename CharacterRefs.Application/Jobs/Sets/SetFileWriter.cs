using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.Layout;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Saves the bytes of single files where they change nothing that the current manifest names. The caller holds the job's lease.</summary>
public sealed class SetFileWriter(IAssetStore store, IMediaTypes mediaTypes, TimeProvider clock)
{
    /// <summary>Saves one file: at its own key when that is free, otherwise as incoming until the commit.</summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not accept it.</exception>
    /// <exception cref="InvalidDataException">The file does not match its digest.</exception>
    internal async Task<Result<SavedFile>> SaveAsync(CurrentSet set, SetFileSource file, CancellationToken cancellationToken)
    {
        if (set.Find(file.Path) is null && set.FindClash(file.Path) is { } clash)
        {
            return new Error(ErrorKind.Conflict, clash);
        }

        var key = AssetLayout.JobAsset(set.JobId, file.Path);
        var content = new AssetContent(file.Digest.SizeBytes, mediaTypes.Of(file.Path.Name), file.Digest.Sha256, file.OpenAsync);
        if (!set.Names(key))
        {
            var outcome = await store.SaveAsync(key, content, cancellationToken);
            if (outcome is not SaveOutcome.Conflict)
            {
                return await VerifyAsync(key, outcome);
            }

            // An object outside the set is replaced like a file of the set, unless the key is a folder in the store.
            if (await store.FindAsync(key, cancellationToken) is null)
            {
                return new Error(ErrorKind.Conflict, "The store has a folder of this name, so no file can have it.");
            }
        }

        key = AssetLayout.JobIncoming(set.JobId, file.Digest.Sha256);
        var incoming = await store.SaveAsync(key, content, cancellationToken);
        if (incoming is SaveOutcome.Conflict)
        {
            // The key is the hash, so other bytes there are damaged.
            await store.ReplaceAsync(key, content, cancellationToken);
            incoming = SaveOutcome.Stored;
        }

        return await VerifyAsync(key, incoming);

        async Task<Result<SavedFile>> VerifyAsync(AssetKey at, SaveOutcome outcome)
        {
            // Objects that another program stored without a hash were read and compared by the save.
            return await store.FindAsync(at, cancellationToken) is { } found && found.Length == content.Length
                && (found.Sha256 == content.Sha256 || (found.Sha256 is null && outcome is SaveOutcome.AlreadyStored))
                ? new SavedFile(Describe(file, at, content.MediaType), outcome)
                : StoreFaults.NotKept;
        }
    }

    /// <summary>Deletes what this run saved at a key that no manifest names, because the file has changed since.</summary>
    internal async Task UndoAsync(CurrentSet set, SavedFile saved, CancellationToken cancellationToken)
    {
        if (saved.Outcome is SaveOutcome.Stored && saved.Asset.IsInPlace(set.JobId) && !set.Names(saved.Asset.Key))
        {
            await store.DeleteAsync(saved.Asset.Key, cancellationToken);
        }
    }

    private JobAsset Describe(SetFileSource file, AssetKey key, string mediaType) => new()
    {
        Path = file.Path,
        Key = key,
        SizeBytes = file.Digest.SizeBytes,
        Sha256 = file.Digest.Sha256,
        Crc32 = file.Digest.Crc32,
        MediaType = mediaType,
        ModifiedAt = file.ModifiedAt,
        StoredAt = clock.GetUtcNow(),
    };
}
