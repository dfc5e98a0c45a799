using CharacterRefs.Domain.Assets;
using CharacterRefs.Domain.Jobs;
using CharacterRefs.Domain.References;

namespace CharacterRefs.Domain.Layout;

/// <summary>Where each asset lies in the store. Keys are built here and nowhere else, so that moving things means changing one file.</summary>
public static class AssetLayout
{
    private const string Intermediate = "intermediate/";

    /// <summary>All images that belong to no job: <c>character_references/</c>.</summary>
    public static AssetKeyPrefix References { get; } = AssetKeyPrefix.Parse("character_references/");

    /// <summary>An image by itself: <c>character_references/{id}.{ext}</c>.</summary>
    public static AssetKey Reference(CharacterReferenceId id, ImageFormat format) => References.Append($"{id}.{format.Extension}");

    /// <summary>How the name of an image in <see cref="References"/> begins, whatever its extension: <c>{id}.</c>.</summary>
    public static string ReferenceNameStart(CharacterReferenceId id) => $"{id}.";

    /// <summary>A small object by which the store is tried and which is removed again: <c>probes/{id}.txt</c>.</summary>
    public static AssetKey Probe(Guid id) => AssetKey.Parse($"probes/{id}.txt");

    /// <summary>Everything of a job: <c>videos/{job_id}/</c>.</summary>
    public static AssetKeyPrefix Job(JobId jobId) => AssetKeyPrefix.Parse($"videos/{jobId}/");

    /// <summary>The commit marker of a job's set: <c>videos/{job_id}/manifest.json</c>.</summary>
    public static AssetKey JobManifest(JobId jobId) => Job(jobId).Append("manifest.json");

    /// <summary>A job's copies of images: <c>videos/{job_id}/intermediate/character_reference/</c>.</summary>
    public static AssetKeyPrefix JobReferencesOf(JobId jobId) => AssetKeyPrefix.Parse($"{Job(jobId)}{Intermediate}{JobAssetPath.ReferenceFolder}/");

    /// <summary>A job's copy of an image: <c>videos/{job_id}/intermediate/character_reference/{id}.{ext}</c>.</summary>
    public static AssetKey JobReference(JobId jobId, CharacterReferenceId id, ImageFormat format) =>
        JobAsset(jobId, JobAssetPath.OfReference(id, format));

    /// <summary>A file of a job's workspace: <c>videos/{job_id}/final/…</c>, and under <c>videos/{job_id}/intermediate/</c> everything else.</summary>
    public static AssetKey JobAsset(JobId jobId, JobAssetPath path) =>
        Job(jobId).Append(path.Role is JobAssetRole.Final ? path.Value : Intermediate + path.Value);

    /// <summary>Where the new bytes of a changed file wait until the manifest says so: <c>videos/{job_id}/.incoming/{sha256}</c>.</summary>
    public static AssetKey JobIncoming(JobId jobId, ContentHash sha256) => JobIncomingOf(jobId).Append(sha256.ToString());

    /// <summary>All that waits there: <c>videos/{job_id}/.incoming/</c>.</summary>
    public static AssetKeyPrefix JobIncomingOf(JobId jobId) => AssetKeyPrefix.Parse($"{Job(jobId)}.incoming/");

    /// <summary>Reads a key of a job back into the path in its workspace. The folder <c>intermediate/</c> goes once, and only at the front.</summary>
    /// <returns>The path; <c>null</c> for keys outside the job's prefix and for what is no file of a workspace, such as the manifest.</returns>
    public static JobAssetPath? TryReadJobAsset(JobId jobId, AssetKey key) =>
        Job(jobId).Contains(key) && JobAssetPath.TryParse(StripJob(jobId, key.Value), out var path) && JobAsset(jobId, path) == key ? path : null;

    /// <summary>What the name of an object of a job says about its place in the workspace. It is only text: it may be no path, or lead anywhere.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="name">Begins with the job's prefix.</param>
    public static string StripJob(JobId jobId, string name)
    {
        var rest = name[Job(jobId).Value.Length..];
        return rest.StartsWith(Intermediate, StringComparison.Ordinal) ? rest[Intermediate.Length..] : rest;
    }

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

    /// <summary>The same for an image that belongs to no job and lies right in <see cref="References"/>.</summary>
    /// <returns>Whether it is one.</returns>
    public static bool TryReadStandalone(AssetKey key, out CharacterReferenceId id, out ImageFormat format) =>
        TryReadReference(key, out id, out format) && References.Append(key.Name) == key;
}
