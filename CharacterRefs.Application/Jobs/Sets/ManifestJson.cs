using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CharacterRefs.Application.Jobs.Sets;

/// <summary>The only mapping between <c>manifest.json</c> and the domain. Entries with paths or keys outside the job are refused.</summary>
internal static class ManifestJson
{
    private const int FormatVersion = 1;

    // Names stay readable in every script. Relaxed escaping is safe because the file is never part of a page.
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        RespectNullableAnnotations = true,
    };

    public static byte[] Write(JobManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(
        new ManifestDocument
        {
            FormatVersion = FormatVersion,
            JobId = manifest.JobId.ToString(),
            StoredAt = manifest.StoredAt,
            Files = [.. manifest.Files.OrderBy(file => file.Path.Value, StringComparer.Ordinal).Select(file => ToFile(file))],
            Versions = [.. manifest.Versions
                .OrderBy(version => version.Of.Value, StringComparer.Ordinal)
                .ThenBy(version => version.Number)
                .Select(version => ToFile(version.Asset) with { VersionOf = version.Of.Value, Version = version.Number })],
            Refused = manifest.IsComplete ? null : manifest.RefusedFiles,
            Leftovers = manifest.Leftovers.Count > 0 ? [.. manifest.Leftovers.Select(key => key.Value)] : null,
        },
        s_options);

    /// <exception cref="JsonException">It is no manifest of this job, or its format version is unknown. The message names no types.</exception>
    public static async Task<JobManifest> ReadAsync(JobId jobId, Stream content, CancellationToken cancellationToken)
    {
        var document = await ParseAsync(content, cancellationToken) ?? throw new JsonException("It is null.");
        if (document.FormatVersion is < 1 or > FormatVersion)
        {
            throw new JsonException($"Its format_version is {document.FormatVersion}; known: {FormatVersion}.");
        }

        if (document.JobId != jobId.ToString())
        {
            throw new JsonException("It is the manifest of another job.");
        }

        var files = new SortedDictionary<string, JobAsset>(StringComparer.Ordinal);
        var versions = new List<JobAssetVersion>();
        var refused = new List<string>();
        foreach (var file in document.Files)
        {
            if (!JobAssetPath.TryParse(file.Path, out var path) || ToAsset(jobId, path, file) is not { } asset || !files.TryAdd(asset.Path.Value, asset))
            {
                refused.Add(file.Path);
            }
        }

        foreach (var file in document.Versions)
        {
            // The path of a version is computed: that of metadata.json has no folder and is not a legal path of a workspace.
            if (JobAssetPath.TryParse(file.VersionOf, out var of) && file.Version is { } number and > 0
                && of.ToVersion(number) is var path && path.Value == file.Path && ToAsset(jobId, path, file) is { } asset)
            {
                versions.Add(new JobAssetVersion(of, number, asset));
            }
            else
            {
                refused.Add(file.Path);
            }
        }

        var prefix = AssetLayout.Job(jobId);
        var leftovers = (document.Leftovers ?? []).Select(text => AssetKey.TryParse(text, out var key) && prefix.Contains(key) ? key : null).OfType<AssetKey>();
        return new JobManifest(jobId, document.StoredAt, [.. files.Values], versions)
        {
            Leftovers = [.. leftovers],
            RefusedPaths = refused,
            RefusedFiles = document.Refused ?? [],
        };
    }

    /// <summary>The serializer's message names types, so only the position of the fault is reported.</summary>
    private static async Task<ManifestDocument?> ParseAsync(Stream content, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<ManifestDocument>(content, s_options, cancellationToken);
        }
        catch (JsonException error)
        {
            var member = error.Path is null or "$" ? "" : $" at {error.Path}";
            throw new JsonException(
                string.Create(
                    CultureInfo.InvariantCulture, $"It is no manifest{member}, near line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}."),
                error);
        }
    }

    private static ManifestFile ToFile(JobAsset asset) => new()
    {
        Path = asset.Path.Value,
        Role = JsonNamingPolicy.SnakeCaseLower.ConvertName(asset.Path.Role.ToString()),
        Key = asset.Key.Value,
        SizeBytes = asset.SizeBytes,
        Sha256 = asset.Sha256.ToString(),
        Crc32 = asset.Crc32.ToString("x8", CultureInfo.InvariantCulture),
        ContentType = asset.MediaType,
        ModifiedAt = asset.ModifiedAt,
        StoredAt = asset.StoredAt,
    };

    private static JobAsset? ToAsset(JobId jobId, JobAssetPath path, ManifestFile file)
    {
        var isLegal = AssetKey.TryParse(file.Key, out var key)
            & uint.TryParse(file.Crc32, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var crc32);
        return isLegal && AssetLayout.Job(jobId).Contains(key!) && file.SizeBytes >= 0 && ContentHash.TryParse(file.Sha256, out var sha256)
            ? new JobAsset
            {
                Path = path,
                Key = key!,
                SizeBytes = file.SizeBytes,
                Sha256 = sha256,
                Crc32 = crc32,
                MediaType = file.ContentType,
                ModifiedAt = file.ModifiedAt.ToUniversalTime(),
                StoredAt = file.StoredAt.ToUniversalTime(),
            }
            : null;
    }
}
