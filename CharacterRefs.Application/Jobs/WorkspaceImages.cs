using System.Security.Cryptography;
using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Ports.ImageFiles;
using CharacterRefs.Application.Ports.Workspaces;
using CharacterRefs.Application.Results;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Application.Jobs;

/// <summary>Copies of images in the workspaces of jobs.</summary>
public sealed class WorkspaceImages(IReferenceFiles files, IAssetStore store)
{
    /// <summary>Makes sure that the workspace holds the image; a file that is already that image is left as it is.</summary>
    /// <param name="workspace">Where to.</param>
    /// <param name="reference">The image.</param>
    /// <param name="key">A copy in the store, for when the local file is gone.</param>
    /// <param name="cancellationToken">Stops and leaves no part.</param>
    /// <returns><c>null</c>, or why the image cannot be had.</returns>
    /// <exception cref="LocalStorageException">The disk refuses, or something else than a plain file stands there.</exception>
    /// <exception cref="AssetStoreUnavailableException">The store was needed and did not answer.</exception>
    public async Task<Error?> PutAsync(IJobWorkspace workspace, CharacterReference reference, AssetKey key, CancellationToken cancellationToken)
    {
        if (await HoldsAsync(workspace, reference, cancellationToken))
        {
            return null;
        }

        await using var content = await OpenAsync(reference, key, cancellationToken);
        using var staged = content is null ? null : await workspace.StageAsync(content, reference.SizeBytes, cancellationToken);
        if (staged is null || staged.Sha256 != reference.Sha256)
        {
            return new Error(ErrorKind.InternalError, $"The bytes that are kept of image {reference.Id} are not what was recorded of it.");
        }

        workspace.Publish(staged, PathOf(reference), reference.CreatedAt);
        return null;
    }

    /// <summary>Removes the image from the workspace; a file of that name with other bytes is not ours and stays.</summary>
    /// <exception cref="LocalStorageException">The disk refuses.</exception>
    public static async Task RemoveAsync(IJobWorkspace workspace, CharacterReference reference, CancellationToken cancellationToken)
    {
        if (await HoldsAsync(workspace, reference, cancellationToken))
        {
            workspace.Delete(PathOf(reference));
        }
    }

    private static async Task<bool> HoldsAsync(IJobWorkspace workspace, CharacterReference reference, CancellationToken cancellationToken)
    {
        if (workspace.Find(PathOf(reference)) is not { } file || file.SizeBytes != reference.SizeBytes)
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
            return false; // what stands there now is something else than what was found
        }
    }

    private static JobAssetPath PathOf(CharacterReference reference) => JobAssetPath.OfReference(reference.Id, reference.Format);

    private async Task<Stream?> OpenAsync(CharacterReference reference, AssetKey key, CancellationToken cancellationToken) =>
        files.Find(reference.Id, reference.Format) is { } file
            ? files.OpenRead(file)
            : (await store.OpenReadAsync(key, null, cancellationToken))?.Content;
}
