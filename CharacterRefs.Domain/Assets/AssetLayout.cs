using CharacterRefs.Domain.References;

namespace CharacterRefs.Domain.Assets;

/// <summary>Where each asset lies in the store. Keys are built here and nowhere else, so that moving things means changing one file.</summary>
public static class AssetLayout
{
    private const string JobReferences = "intermediate/character_reference/";

    /// <summary>All images that belong to no job: <c>character_references/</c>.</summary>
    public static AssetKeyPrefix References { get; } = AssetKeyPrefix.Parse("character_references/");

    /// <summary>An image by itself: <c>character_references/{id}.{ext}</c>.</summary>
    public static AssetKey Reference(CharacterReferenceId id, ImageFormat format) => References.Append(FileName(id, format));

    /// <summary>A small object by which the store is tried and which is removed again: <c>probes/{id}.txt</c>.</summary>
    public static AssetKey Probe(Guid id) => AssetKey.Parse($"probes/{id}.txt");

    /// <summary>Everything of a job: <c>videos/{job_id}/</c>.</summary>
    /// <param name="jobId">One legal segment.</param>
    /// <exception cref="ArgumentException">It is not one.</exception>
    public static AssetKeyPrefix Job(string jobId) =>
        !jobId.Contains('/', StringComparison.Ordinal) && AssetKeyPrefix.TryParse($"videos/{jobId}/", out var prefix)
            ? prefix
            : throw new ArgumentException("A job id is one segment of an asset key.", nameof(jobId));

    /// <summary>A job's copies of images: <c>videos/{job_id}/intermediate/character_reference/</c>.</summary>
    /// <inheritdoc cref="Job"/>
    public static AssetKeyPrefix JobReferencesOf(string jobId) => AssetKeyPrefix.Parse(Job(jobId).Value + JobReferences);

    /// <summary>A job's copy of an image: <c>videos/{job_id}/intermediate/character_reference/{id}.{ext}</c>.</summary>
    /// <param name="jobId">One legal segment.</param>
    /// <param name="id">The image.</param>
    /// <param name="format">Its format.</param>
    /// <exception cref="ArgumentException">The job id is not one.</exception>
    public static AssetKey JobReference(string jobId, CharacterReferenceId id, ImageFormat format) =>
        JobReferencesOf(jobId).Append(FileName(id, format));

    /// <summary>
    /// Reads the last segment of a key as an image's id and format, wherever it lies. The extension <c>jpeg</c>, which earlier systems wrote, counts as
    /// JPEG, although no key is built with it.
    /// </summary>
    /// <returns>Whether it is one.</returns>
    public static bool TryReadReference(AssetKey key, out CharacterReferenceId id, out ImageFormat format)
    {
        var dot = key.Name.LastIndexOf('.');
        format = ImageFormat.FromExtension(key.Name[(dot + 1)..]) ?? ImageFormat.Png;
        id = default;
        return dot > 0 && ImageFormat.FromExtension(key.Name[(dot + 1)..]) is not null && CharacterReferenceId.TryParse(key.Name[..dot], out id);
    }

    private static string FileName(CharacterReferenceId id, ImageFormat format) => $"{id}.{format.Extension}";
}
