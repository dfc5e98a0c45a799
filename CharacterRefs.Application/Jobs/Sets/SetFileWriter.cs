using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>Saves the bytes of single files where they change nothing that the current manifest names. The caller holds the job's lease.</summary>
public sealed class SetFileWriter(IAssetStore store, IMediaTypes mediaTypes, JobObjects objects, JobSettings settings, TimeProvider clock)
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
        var content = ContentOf(file);
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
            var found = await store.FindAsync(at, cancellationToken);
            return AssetIdentity.Matches(found, content.Length, content.Sha256, isHashRequired: outcome is not SaveOutcome.AlreadyStored)
                ? new SavedFile(Describe(file, at, content.MediaType), outcome)
                : StoreFaults.NotKept;
        }
    }

    /// <summary>Replaces the bytes of a file of the set where the local store has damaged them. The manifest does not change.</summary>
    /// <param name="asset">The file, as the manifest describes it.</param>
    /// <param name="file">The same bytes.</param>
    /// <returns>Whether they were damaged.</returns>
    /// <exception cref="AssetStoreUnavailableException">The store did not accept it.</exception>
    /// <exception cref="InvalidDataException">The file does not match its digest.</exception>
    internal async Task<bool> MendAsync(JobAsset asset, SetFileSource file, CancellationToken cancellationToken)
    {
        if (!await store.IsDamagedAsync(asset.Key, cancellationToken))
        {
            return false;
        }

        await store.ReplaceAsync(asset.Key, ContentOf(file) with { MediaType = asset.MediaType }, cancellationToken);
        return true;
    }

    /// <summary>
    /// Saves one file of a job without a manifest at its own key, and keeps the replaced one as a version. No manifest is written, because the files in the
    /// store may be a part of what an interrupted run was to bring; so a listing names the version as ignored.
    /// </summary>
    /// <exception cref="AssetStoreUnavailableException">The store did not accept it.</exception>
    internal async Task ReplaceUnlistedAsync(JobId jobId, SetFileSource file, CancellationToken cancellationToken)
    {
        var key = AssetLayout.JobAsset(jobId, file.Path);
        if (settings.BackupLimit > 0
            && await objects.DescribeAsync(file.Path, key, cancellationToken) is { } replaced && replaced.Sha256 != file.Digest.Sha256)
        {
            await KeepUnlistedAsync(jobId, replaced, cancellationToken);
        }

        await store.ReplaceAsync(key, ContentOf(file), cancellationToken);
    }

    /// <summary>Deletes what this run saved at a key that no manifest names, because the file has changed since.</summary>
    internal async Task UndoAsync(CurrentSet set, SavedFile saved, CancellationToken cancellationToken)
    {
        if (saved.Outcome is SaveOutcome.Stored && saved.Asset.IsInPlace(set.JobId) && !set.Names(saved.Asset.Key))
        {
            await store.DeleteAsync(saved.Asset.Key, cancellationToken);
        }
    }

    /// <summary>Of the earlier versions only those with a hash are removed: the others were written by another program.</summary>
    private async Task KeepUnlistedAsync(JobId jobId, JobAsset replaced, CancellationToken cancellationToken)
    {
        var folder = AssetKeyPrefix.Parse(replaced.Key.Value[..^replaced.Key.Name.Length]);
        var versions = await store.ListAsync(folder, $"{Path.GetFileNameWithoutExtension(replaced.Key.Name)}_v", cancellationToken)
            .Select(entry => (entry.Key, Version: JobAssetPath.ReadVersion(entry.Key.Value)))
            .Where(item => item.Version?.Of == replaced.Key.Value)
            .OrderByDescending(item => item.Version!.Value.Number)
            .ToListAsync(cancellationToken);
        if (versions.Count > 0 && (await store.FindAsync(versions[0].Key, cancellationToken))?.Sha256 == replaced.Sha256)
        {
            return;
        }

        var number = versions.Count > 0 ? versions[0].Version!.Value.Number + 1 : 1;
        await store.CopyAsync(replaced.Key, AssetLayout.JobAsset(jobId, replaced.Path.ToVersion(number)), cancellationToken);
        foreach (var (key, _) in versions.Skip(settings.BackupLimit - 1))
        {
            if ((await store.FindAsync(key, cancellationToken))?.Sha256 is not null)
            {
                await store.DeleteAsync(key, cancellationToken);
            }
        }
    }

    private AssetContent ContentOf(SetFileSource file) => new(file.Digest.SizeBytes, mediaTypes.Of(file.Path.Name), file.Digest.Sha256, file.OpenAsync);

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
