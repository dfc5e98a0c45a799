using System.ComponentModel.DataAnnotations;
using CharacterRefs.Application.Jobs.Uploads;

namespace CharacterRefs.Api.Jobs;

/// <summary>Files that a client sends straight to the store.</summary>
public sealed record JobUploadsRequest
{
    /// <summary>1 to 1000 files, each path once.</summary>
    /// <example>[{"path": "scenes/scene_07.mp4", "size": 4194304, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}]</example>
    [Required]
    [MaxLength(JobUpload.MaxFiles)]
    public IReadOnlyList<JobUploadFile?>? Files { get; init; }

    internal IReadOnlyList<JobUpload> ToUploads() =>
        [.. Files!.Select(file => JobAssetPath.TryParse(file!.Path, out var path)
            ? new JobUpload(path, file.Size!.Value, ContentHash.Parse(file.Sha256!))
            : throw new InvalidOperationException("The request was not validated."))];
}
