using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Domain.Layout;

/// <summary>The key of each asset. Keys are built only here.</summary>
public static class AssetLayout
{
    private const string Intermediate = "intermediate/";
    private const string JobsFolder = "videos";

    /// <summary>All images that belong to no job: <c>character_references/</c>.</summary>
    public static AssetKeyPrefix References { get; } = AssetKeyPrefix.Parse("character_references/");

    /// <summary>The standalone copy of an image: <c>character_references/{id}.{ext}</c>.</summary>
    public static AssetKey Reference(CharacterReferenceId id, ImageFormat format) => References.Append($"{id}.{format.Extension}");

    /// <summary>The start of the name of an image in <see cref="References"/>, before its extension: <c>{id}.</c>.</summary>
    public static string ReferenceNameStart(CharacterReferenceId id) => $"{id}.";

    /// <summary>All derivatives of images: <c>derivatives/</c>.</summary>
    public static AssetKeyPrefix Derivatives { get; } = AssetKeyPrefix.Parse("derivatives/");

    /// <summary>A derivative of an image: <c>derivatives/{id}/{name}</c>.</summary>
    public static AssetKey Derivative(CharacterReferenceId id, Derivative derivative) => Derivatives.Append($"{id}/{derivative.Name}");

    /// <summary>A small object that probes the store and is deleted again: <c>probes/{id}.txt</c>.</summary>
    public static AssetKey Probe(Guid id) => AssetKey.Parse($"probes/{id}.txt");

    /// <summary>Names the catalog that owns the store: <c>catalog.json</c>.</summary>
    public static AssetKey Owner { get; } = AssetKey.Parse("catalog.json");

    /// <summary>Everything of all jobs: <c>videos/</c>.</summary>
    public static AssetKeyPrefix Jobs { get; } = AssetKeyPrefix.Parse($"{JobsFolder}/");

    /// <summary>Everything of a job: <c>videos/{job_id}/</c>.</summary>
    public static AssetKeyPrefix Job(JobId jobId) => AssetKeyPrefix.Parse($"{Jobs}{jobId}/");

    /// <summary>The manifest of a job's set: <c>videos/{job_id}/manifest.json</c>.</summary>
    public static AssetKey JobManifest(JobId jobId) => Job(jobId).Append("manifest.json");

    /// <summary>A job's copies of images: <c>videos/{job_id}/intermediate/character_reference/</c>.</summary>
    public static AssetKeyPrefix JobReferencesOf(JobId jobId) => AssetKeyPrefix.Parse($"{Job(jobId)}{Intermediate}{JobAssetPath.ReferenceFolder}/");

    /// <summary>A job's copy of an image: <c>videos/{job_id}/intermediate/character_reference/{id}.{ext}</c>.</summary>
    public static AssetKey JobReference(JobId jobId, CharacterReferenceId id, ImageFormat format) =>
        JobAsset(jobId, JobAssetPath.OfReference(id, format));

    /// <summary>A file of a job's workspace: <c>videos/{job_id}/final/…</c>, and under <c>videos/{job_id}/intermediate/</c> everything else.</summary>
    public static AssetKey JobAsset(JobId jobId, JobAssetPath path) =>
        Job(jobId).Append(path.Role is JobAssetRole.Final ? path.Value : Intermediate + path.Value);

    /// <summary>The incoming bytes of a changed file, until the commit moves them: <c>videos/{job_id}/.incoming/{sha256}</c>.</summary>
    public static AssetKey JobIncoming(JobId jobId, ContentHash sha256) => JobIncomingOf(jobId).Append(sha256.ToString());

    /// <summary>All incoming bytes of a job: <c>videos/{job_id}/.incoming/</c>.</summary>
    public static AssetKeyPrefix JobIncomingOf(JobId jobId) => AssetKeyPrefix.Parse($"{Job(jobId)}.incoming/");

    /// <summary>Bytes that a client sends straight to the store, until they are committed: <c>videos/{job_id}/.uploads/{sha256}</c>.</summary>
    /// <remarks>Not <see cref="JobIncoming"/>: what is there was verified by this service.</remarks>
    public static AssetKey JobUpload(JobId jobId, ContentHash sha256) => JobUploadsOf(jobId).Append(sha256.ToString());

    /// <summary>All uploads of a job that are not committed: <c>videos/{job_id}/.uploads/</c>.</summary>
    public static AssetKeyPrefix JobUploadsOf(JobId jobId) => AssetKeyPrefix.Parse($"{Job(jobId)}.uploads/");

    /// <summary>
    /// The path in the workspace of a key of a job, also where earlier systems put such a file: every folder and both files with or without
    /// <c>intermediate/</c>. A path has at most two keys.
    /// </summary>
    /// <returns>The path; <c>null</c> for keys outside the job's prefix and for objects that have no place in a workspace.</returns>
    public static JobAssetPath? TryReadJobPlace(JobId jobId, AssetKey key) =>
        Job(jobId).Contains(key) && JobAssetPath.TryParse(StripJob(jobId, key.Value), out var path) ? path : null;

    /// <summary>The second key of a path, where an earlier system may have put it: <see cref="JobAsset"/> with or without <c>intermediate/</c>.</summary>
    public static AssetKey JobAssetElsewhere(JobId jobId, JobAssetPath path) =>
        Job(jobId).Append(path.Role is JobAssetRole.Final ? Intermediate + path.Value : path.Value);

    /// <summary>Whether an object belongs to the set of a job: its manifest, a file, a kept version, incoming or uploaded bytes.</summary>
    public static bool IsOfSet(JobId jobId, AssetKey key) =>
        key == JobManifest(jobId) || JobIncomingOf(jobId).Contains(key) || JobUploadsOf(jobId).Contains(key) || TryReadJobPlace(jobId, key) is not null
        || (JobAssetPath.ReadVersion(StripJob(jobId, key.Value)) is (var of, _) && (of == JobAssetPath.Metadata.Value || of == JobAssetPath.Script.Value));

    /// <summary>The path in the workspace of a key of a job. The folder <c>intermediate/</c> is removed once, and only at the front.</summary>
    /// <returns>The path; <c>null</c> for keys outside the job's prefix and for objects that are no files of a workspace, such as the manifest.</returns>
    public static JobAssetPath? TryReadJobAsset(JobId jobId, AssetKey key) =>
        TryReadJobPlace(jobId, key) is { } path && JobAsset(jobId, path) == key ? path : null;

    /// <summary>The name of an object without the prefix of its job and <c>intermediate/</c>. It is not validated: it may be no legal path.</summary>
    /// <param name="name">Starts with the job's prefix.</param>
    public static string StripJob(JobId jobId, string name)
    {
        var rest = name[Job(jobId).Value.Length..];
        return rest.StartsWith(Intermediate, StringComparison.Ordinal) ? rest[Intermediate.Length..] : rest;
    }

    /// <summary>
    /// Parses the last segment of a key as an image's id and format, in any folder. The extension <c>jpeg</c>, which earlier systems wrote, counts as JPEG,
    /// although no key is built with it.
    /// </summary>
    /// <returns>Whether it is one.</returns>
    public static bool TryReadReference(AssetKey key, out CharacterReferenceId id, out ImageFormat format)
    {
        var dot = key.Name.LastIndexOf('.');
        format = ImageFormat.FromExtension(key.Name[(dot + 1)..]) ?? ImageFormat.Png;
        id = default;
        return dot > 0 && ImageFormat.FromExtension(key.Name[(dot + 1)..]) is not null && CharacterReferenceId.TryParse(key.Name[..dot], out id);
    }

    /// <summary>The same for a job's copy, directly in the folder of <see cref="JobReferencesOf"/>.</summary>
    /// <returns>Whether it is one.</returns>
    public static bool TryReadJobReference(AssetKey key, out JobId jobId, out CharacterReferenceId id, out ImageFormat format)
    {
        jobId = default;
        return TryReadReference(key, out id, out format)
            && key.Segments is [var videos, var job, ..] && videos == JobsFolder && JobId.TryParse(job, out jobId)
            && JobReferencesOf(jobId).Append(key.Name) == key;
    }

    /// <summary>The same for a standalone copy, directly in <see cref="References"/>.</summary>
    /// <returns>Whether it is one.</returns>
    public static bool TryReadStandalone(AssetKey key, out CharacterReferenceId id, out ImageFormat format) =>
        TryReadReference(key, out id, out format) && References.Append(key.Name) == key;
}
