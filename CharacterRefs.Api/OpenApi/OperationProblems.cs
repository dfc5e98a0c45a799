using CharacterRefs.Application.Results;

namespace CharacterRefs.Api.OpenApi;

/// <summary>Messages of errors that mean something else in one operation than in most.</summary>
internal static class OperationProblems
{
    private const string NoManifest = "Job video-42 has no manifest in the store, so it has no complete set. Persist the job to write one.";
    private const string InvalidManifest =
        "The manifest of job video-42 is not valid: '}' is invalid. Persist the job from its workspace to write a new one.";
    private const string CatalogFull = "The catalog could not be written: the disk is full.";

    private static readonly Dictionary<(string Action, ErrorKind Kind), string> s_messages = new()
    {
        [("AssociateCharacterReferences", ErrorKind.NotFound)] = $"Character reference image with ID {ProblemExamples.ImageId} not found",
        [("BackupJobAsset", ErrorKind.NotFound)] = "The set of job video-42 has no file final/movie.mp4.",
        [("GetCharacterReferenceUrl", ErrorKind.NotFound)] = $"Character reference image with ID {ProblemExamples.ImageId} not found in storage",
        [("GetEvents", ErrorKind.StorageUnavailable)] = CatalogFull,
        [("GetJobArchive", ErrorKind.Conflict)] =
            "Files of job video-42 do not match its manifest: final/movie.mp4. Repair the job from its workspace.",
        [("GetJobMetadata", ErrorKind.NotFound)] = "Job video-42 has no metadata.json in the store or in its workspace.",
        [("GetUsage", ErrorKind.StorageUnavailable)] = CatalogFull,
        [("ListCharacterReferences", ErrorKind.StorageUnavailable)] = CatalogFull,
        [("ListGenerations", ErrorKind.StorageUnavailable)] = CatalogFull,
        [("ListJobAssets", ErrorKind.Conflict)] = InvalidManifest,
        [("ListJobCharacterReferences", ErrorKind.NotFound)] =
            "Job video-42 was not found: it has no images, no workspace and no objects in the store.",
        [("PersistCharacterReference", ErrorKind.Conflict)] =
            $"Other bytes exist at character_references/{ProblemExamples.ImageId}.png in the object store.",
        [("PersistJobAssets", ErrorKind.NotFound)] = "Job video-42 has no workspace mv/jobs/video-42 and no assets in the store.",
        [("ReceiveReplicateWebhook", ErrorKind.StorageUnavailable)] = CatalogFull,
        [("RemoveJobCharacterReference", ErrorKind.NotFound)] =
            $"Character reference image with ID {ProblemExamples.ImageId} is not associated with job video-42.",
        [("RepairJobAssets", ErrorKind.NotFound)] = NoManifest,
        [("UploadCharacterReference", ErrorKind.StorageUnavailable)] = CatalogFull,
        [("VerifyJobAssets", ErrorKind.NotFound)] = NoManifest,
        [("VerifyJobAssets", ErrorKind.Conflict)] = InvalidManifest,
    };

    /// <returns>The message of this operation; <c>null</c> when the common one fits.</returns>
    public static string? Find(string action, ErrorKind kind) => s_messages.GetValueOrDefault((action, kind));
}
