using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Application.Storage;
using CharacterRefs.Domain.Assets;

namespace CharacterRefs.Application.Jobs.DownloadJobAssets;

/// <summary>Brings the files of a set into one workspace, one at a time or several at once.</summary>
internal sealed class WorkspaceRestore(
    IJobWorkspace workspace, IAssetStore store, IContentDigester digester, IReadOnlyDictionary<string, RememberedDigest> remembered)
{
    public async Task<RestoreOutcome> RunAsync(SetFile file, FileProgress progress, CancellationToken cancellationToken)
    {
        try
        {
            var (known, learnt) = await DigestAsync(file, cancellationToken);
            return known is { } hash && await IsInStoreAsync(hash, file, cancellationToken)
                ? new RestoreOutcome(file.Path, IsFetched: false, learnt, null)
                : await FetchAsync(file, known, learnt, progress, cancellationToken);
        }
        catch (AssetStoreUnavailableException fault)
        {
            return Failed(file, fault.ToError());
        }
        catch (LocalStorageException error)
        {
            return Failed(file, error.ToError());
        }
    }

    /// <summary>What stands in the workspace under the file's path, when it may be the same.</summary>
    private async Task<(ContentHash? Known, RememberedDigest? Learnt)> DigestAsync(SetFile file, CancellationToken cancellationToken)
    {
        if (workspace.Find(file.Path) is not { } local || local.SizeBytes != file.SizeBytes)
        {
            return (null, null);
        }

        if (local.Stamp is not null && remembered.TryGetValue(file.Path.Value, out var memory) && memory.Stamp == local.Stamp && memory.Digest.SizeBytes == local.SizeBytes)
        {
            return (memory.Digest.Sha256, null);
        }

        try
        {
            await using var content = workspace.OpenRead(local);
            var digest = await digester.DigestAsync(content, cancellationToken);
            return workspace.IsUnchanged(local)
                ? (digest.Sha256, local.Stamp is { } stamp ? new RememberedDigest(file.Path.Value, stamp, digest) : null)
                : (null, null);
        }
        catch (WorkspaceFileChangedException)
        {
            // Whatever it becomes is replaced.
            return (null, null);
        }
    }

    /// <summary>Without a manifest the hash that the store keeps with the object decides, if it keeps one.</summary>
    private async Task<bool> IsInStoreAsync(ContentHash known, SetFile file, CancellationToken cancellationToken) =>
        known == (file.Sha256 ?? (await store.FindAsync(file.Key, cancellationToken))?.Sha256);

    private async Task<RestoreOutcome> FetchAsync(
        SetFile file, ContentHash? known, RememberedDigest? learnt, FileProgress progress, CancellationToken cancellationToken)
    {
        await using var asset = await store.OpenReadAsync(file.Key, null, cancellationToken);
        if (asset is null)
        {
            return Failed(file, new Error(ErrorKind.NotFound, "The store does not have the file any more; repair the set from a workspace that has it."));
        }

        if (asset.Metadata.Length != file.SizeBytes)
        {
            return Failed(file, OtherBytes);
        }

        var expected = file.Sha256 ?? asset.Metadata.Sha256;
        using var staged = await workspace.StageAsync(progress.Watch(asset.Content), file.SizeBytes, cancellationToken);
        if (staged is null || staged.SizeBytes != file.SizeBytes || (expected is { } hash && staged.Sha256 != hash))
        {
            return Failed(file, OtherBytes);
        }

        if (known == staged.Sha256)
        {
            // Nothing but the bytes themselves could tell that they are the same.
            return new RestoreOutcome(file.Path, IsFetched: false, learnt, null);
        }

        workspace.Publish(staged, file.Path, file.ModifiedAt ?? file.StoredAt);
        return new RestoreOutcome(file.Path, IsFetched: true, DescribePublished(file), null);
    }

    private RememberedDigest? DescribePublished(SetFile file) =>
        file is { Sha256: { } sha256, Crc32: { } crc32 } && workspace.Find(file.Path) is { Stamp: { } stamp } local && local.SizeBytes == file.SizeBytes
            ? new RememberedDigest(file.Path.Value, stamp, new ContentDigest(file.SizeBytes, sha256, crc32))
            : null;

    private static RestoreOutcome Failed(SetFile file, Error error) => new(file.Path, IsFetched: false, null, error);

    private static Error OtherBytes => new(
        ErrorKind.Conflict, "The store has other bytes than were stored under this path; nothing of them was taken. Repair the set from a workspace that has the file.");
}
