using CharacterRefs.Application.Ports.Assets;

namespace CharacterRefs.Application.Jobs.PersistJobAssets;

/// <summary>Presigned URLs of the files of a set, by role; lists are in the order of the files' paths.</summary>
public sealed record JobSetUrls
{
    /// <summary>The finished video; <c>null</c> without one.</summary>
    public PresignedUrl? FinalVideo { get; init; }

    /// <summary>Files in <c>scenes/</c>.</summary>
    public IReadOnlyList<PresignedUrl> Scenes { get; init; } = [];

    /// <summary>Files in <c>audio/</c>.</summary>
    public IReadOnlyList<PresignedUrl> Audio { get; init; } = [];

    /// <summary>Files in <c>uploads/</c>.</summary>
    public IReadOnlyList<PresignedUrl> Uploads { get; init; } = [];

    /// <summary>Files in <c>character_reference/</c>.</summary>
    public IReadOnlyList<PresignedUrl> CharacterReferences { get; init; } = [];

    /// <summary>The file <c>metadata.json</c>; <c>null</c> without one.</summary>
    public PresignedUrl? Metadata { get; init; }

    /// <summary>The file <c>script.json</c>; <c>null</c> without one.</summary>
    public PresignedUrl? Script { get; init; }

    /// <summary>Presigns a URL for every file of a set.</summary>
    /// <param name="manifest">The set; <c>null</c> for none.</param>
    public static JobSetUrls Sign(JobManifest? manifest, JobUrlSigner signer)
    {
        if (manifest is null)
        {
            return new JobSetUrls();
        }

        var byRole = manifest.Files.ToLookup(file => file.Path.Role, file => file);
        return new JobSetUrls
        {
            FinalVideo = Url(manifest.FinalVideo),
            Scenes = Urls(JobAssetRole.Scenes),
            Audio = Urls(JobAssetRole.Audio),
            Uploads = Urls(JobAssetRole.Uploads),
            CharacterReferences = Urls(JobAssetRole.CharacterReference),
            Metadata = Url(byRole[JobAssetRole.Metadata].SingleOrDefault()),
            Script = Url(byRole[JobAssetRole.Script].SingleOrDefault()),
        };

        PresignedUrl? Url(JobAsset? file) => file is null ? null : signer.Sign(file.Key);

        List<PresignedUrl> Urls(JobAssetRole role) => [.. byRole[role].Select(file => signer.Sign(file.Key))];
    }
}
