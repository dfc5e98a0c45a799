using CharacterRefs.Application.Jobs.Sets;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs.DownloadJobAssets;

/// <summary>Restores the files of a set in one workspace.</summary>
internal sealed class WorkspaceRestore(IJobWorkspace workspace, IAssetStore store, DigestCache digests)
{
    /// <returns>Whether the file was downloaded; <c>false</c> when the workspace had it.</returns>
    public async Task<Result<bool>> RunAsync(SetFile file, FileProgress progress, CancellationToken cancellationToken)
    {
        var local = await FindLocalHashAsync(file, cancellationToken);
        return local is { } hash && await MatchesStoreAsync(hash, file, cancellationToken)
            ? false
            : await DownloadAsync(file, local, progress, cancellationToken);
    }

    /// <summary>The hash of the workspace's file of this path, when it has the right length.</summary>
    private async Task<ContentHash?> FindLocalHashAsync(SetFile file, CancellationToken cancellationToken)
    {
        if (workspace.Find(file.Path) is not { } local || local.SizeBytes != file.SizeBytes)
        {
            return null;
        }

        try
        {
            return (digests.Find(local) ?? await digests.ComputeAsync(local, cancellationToken))?.Sha256;
        }
        catch (WorkspaceFileChangedException)
        {
            return null; // a changing file is replaced
        }
    }

    /// <summary>Without a manifest the hash in the object's metadata decides, if it has one.</summary>
    private async Task<bool> MatchesStoreAsync(ContentHash local, SetFile file, CancellationToken cancellationToken) =>
        local == (file.Sha256 ?? (await store.FindAsync(file.Key, cancellationToken))?.Sha256);

    private async Task<Result<bool>> DownloadAsync(SetFile file, ContentHash? local, FileProgress progress, CancellationToken cancellationToken)
    {
        await using var asset = await store.OpenReadAsync(file.Key, null, cancellationToken);
        if (asset is null)
        {
            return new Error(ErrorKind.NotFound, "The file is missing in the store. Repair the set from a workspace that has it.");
        }

        if (asset.Metadata.Length != file.SizeBytes)
        {
            return Mismatch;
        }

        var expected = file.Sha256 ?? asset.Metadata.Sha256;
        using var staged = await workspace.StageAsync(progress.Watch(asset.Content), file.SizeBytes, cancellationToken);
        if (staged is null || staged.SizeBytes != file.SizeBytes || (expected is { } hash && staged.Sha256 != hash))
        {
            return Mismatch;
        }

        if (local == staged.Sha256)
        {
            return false; // without any recorded hash, only the bytes show that they are the same
        }

        workspace.Publish(staged, file.Path, file.ModifiedAt ?? file.StoredAt);
        if (file is { Sha256: { } sha256, Crc32: { } crc32 } && workspace.Find(file.Path) is { } published && published.SizeBytes == file.SizeBytes)
        {
            digests.Add(published, new ContentDigest(file.SizeBytes, sha256, crc32));
        }

        return true;
    }

    private static Error Mismatch => new(
        ErrorKind.Conflict,
        "The bytes in the store do not match what was saved under this path, so they were not restored. Repair the set from a workspace that has the file.");
}
