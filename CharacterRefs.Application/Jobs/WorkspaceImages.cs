using System.Security.Cryptography;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;

namespace CharacterRefs.Application.Jobs;

/// <summary>Copies of images in the workspaces of jobs.</summary>
public sealed class WorkspaceImages(IReferenceFiles files, IAssetStore store)
{
    /// <summary>Writes the image to the workspace unless it is there.</summary>
    /// <param name="key">A copy in the store, read when there is no local file.</param>
    /// <param name="cancellationToken">Stops; no partial file remains.</param>
    /// <returns>Why the image could not be written; <c>null</c> when it was.</returns>
    /// <exception cref="LocalStorageException">The disk failed, or the path is not a plain file.</exception>
    /// <exception cref="AssetStoreUnavailableException">The store was needed and did not respond.</exception>
    public async Task<Error?> PutAsync(IJobWorkspace workspace, CharacterReference reference, AssetKey key, CancellationToken cancellationToken)
    {
        if (await HasAsync(workspace, reference, PathOf(reference), cancellationToken))
        {
            return null;
        }

        await using var content = await OpenAsync(reference, key, cancellationToken);
        using var staged = content is null ? null : await workspace.StageAsync(content, reference.SizeBytes, cancellationToken);
        if (staged is null || staged.Sha256 != reference.Sha256)
        {
            return new Error(ErrorKind.InternalError, $"The stored bytes of image {reference.Id} do not match its record.");
        }

        workspace.Publish(staged, PathOf(reference), reference.CreatedAt);
        return null;
    }

    /// <summary>Deletes the image from the workspace. A file of that name with other bytes belongs to the pipeline and stays.</summary>
    /// <exception cref="LocalStorageException">The disk failed.</exception>
    public static async Task RemoveAsync(IJobWorkspace workspace, CharacterReference reference, CancellationToken cancellationToken)
    {
        foreach (var path in JobAssetPath.AllOfReference(reference.Id, reference.Format))
        {
            if (await HasAsync(workspace, reference, path, cancellationToken))
            {
                workspace.Delete(path);
            }
        }
    }

    private static async Task<bool> HasAsync(
        IJobWorkspace workspace, CharacterReference reference, JobAssetPath path, CancellationToken cancellationToken)
    {
        if (workspace.Find(path) is not { } file || file.SizeBytes != reference.SizeBytes)
        {
            return false;
        }

        try
        {
            await using var content = workspace.OpenRead(file);
            return ContentHash.FromDigest(await SHA256.HashDataAsync(content, cancellationToken)) == reference.Sha256 && workspace.IsUnchanged(file);
        }
        catch (WorkspaceFileChangedException)
        {
            return false;
        }
    }

    private static JobAssetPath PathOf(CharacterReference reference) => JobAssetPath.OfReference(reference.Id, reference.Format);

    private async Task<Stream?> OpenAsync(CharacterReference reference, AssetKey key, CancellationToken cancellationToken) =>
        files.Find(reference.Id, reference.Format) is { } file
            ? files.OpenRead(file)
            : (await store.OpenReadAsync(key, null, cancellationToken))?.Content;
}
