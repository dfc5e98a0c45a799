using System.Reflection;
using CharacterRefs.Api.Http;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Jobs;
using CharacterRefs.Application.Jobs.Archive;
using CharacterRefs.Application.References;
using CharacterRefs.Application.Storage.ReadSignedAsset;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.Controllers;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace CharacterRefs.Api.OpenApi;

/// <summary>The errors that the operations show as examples: for each kind, one that the operation itself returns.</summary>
internal static class OperationProblems
{
    private const long DefaultMaxBody = 32 << 20;
    private const long DefaultMaxFile = 5L << 30;
    private const int DefaultMaxStreams = 100;
    private const string NoImage = "the content is not a PNG, JPEG or WebP image; file name and declared type are ignored";
    private const string Sensitive = "The input or output was flagged as sensitive. Please try again with different inputs. (E005) (x7gk2)";
    private const string Model = "black-forest-labs/flux-1.1-pro";

    /// <summary>The image of the examples.</summary>
    public static readonly CharacterReferenceId ImageId = new(Guid.Parse("019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a44"));

    /// <summary>The generation of the examples.</summary>
    public static readonly GenerationId GenerationId = new(Guid.Parse("019aaeb1-6d7f-7c3a-9d51-0f3b6c1e2a40"));

    /// <summary>The job of the examples.</summary>
    public static readonly JobId Job = JobId.TryParse("video-42", out var id) ? id : default;

    /// <summary>The file of the examples.</summary>
    public static readonly JobAssetPath Path = JobAssetPath.TryParse("final/movie.mp4", out var path) ? path : JobAssetPath.Metadata;

    private static readonly Error s_catalogFull = new(ErrorKind.StorageUnavailable, "The catalog could not be written: the disk is full.");
    private static readonly Error s_catalogFailed = new(ErrorKind.StorageUnavailable, "The catalog could not be used: the disk reported an error.");
    private static readonly Error s_storeDown =
        new(ErrorKind.StorageUnavailable, "The store does not accept connections. Check that it runs, and S3_ENDPOINT.");

    private static readonly Error s_noCredentials = new(
        ErrorKind.ConfigurationError,
        "No AWS credentials were found. Checked: AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY (environment and .env), AWS_PROFILE and the shared files "
        + "~/.aws/credentials and ~/.aws/config, a web identity token, the container's credentials, and the instance metadata service.");

    private static readonly Error s_busy = JobErrors.Busy(Job, new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero), TimeSpan.Zero);
    private static readonly Error s_otherBytes = ReferenceErrors.OtherBytes(AssetLayout.JobReference(Job, ImageId, ImageFormat.Png));
    private static readonly Error s_workspaceFailed =
        new(ErrorKind.StorageUnavailable, "The workspace could not be read: the disk reported an error.");

    private static readonly Error s_invalidManifest = JobErrors.InvalidManifest(Job, "It is no manifest, near line 1, byte 1.");

    /// <summary>Where an operation differs from most.</summary>
    private static readonly Dictionary<(string Action, ErrorKind Kind), Error> s_errors = new()
    {
        [("AssociateCharacterReferences", ErrorKind.Conflict)] = s_otherBytes,
        [("AssociateCharacterReferences", ErrorKind.NotFound)] = ReferenceErrors.NotFound([ImageId]),
        [("BackupJobAsset", ErrorKind.NotFound)] = JobErrors.NoManifest(Job),
        [("BreakJobLease", ErrorKind.NotFound)] = JobErrors.NoLease(Job),
        [("BreakJobLease", ErrorKind.StorageUnavailable)] = s_catalogFailed,
        [("CancelGeneration", ErrorKind.StorageUnavailable)] = s_catalogFailed,
        [("DeleteCharacterReference", ErrorKind.Conflict)] = ReferenceErrors.InUse(ImageId, [Job]),
        [("DeleteJobFile", ErrorKind.NotFound)] = JobErrors.NotInWorkspace(Job, Path),
        [("DeleteJobFile", ErrorKind.StorageUnavailable)] = s_workspaceFailed,
        [("GenerateCharacterReference", ErrorKind.ConfigurationError)] = new(ErrorKind.ConfigurationError, "REPLICATE_API_TOKEN is not configured"),
        [("GenerateCharacterReference", ErrorKind.Conflict)] = new(ErrorKind.Conflict, "The generation was canceled.") { IsPaid = true },
        [("GenerateCharacterReference", ErrorKind.NotFound)] = ReferenceErrors.NotFound(ImageId) with { Field = "reference_image_id" },
        [("GenerateCharacterReference", ErrorKind.StorageUnavailable)] = s_catalogFull,
        [("GetGeneration", ErrorKind.StorageUnavailable)] = s_catalogFailed,
        [("GetGenerationEvents", ErrorKind.StorageUnavailable)] = s_catalogFailed,
        [("GetJobArchive", ErrorKind.Conflict)] = ArchiveErrors.Incomplete(Job, [$"{Path} is missing"]),
        [("GetJobFile", ErrorKind.NotFound)] = JobErrors.NotInWorkspace(Job, Path),
        [("GetJobFile", ErrorKind.StorageUnavailable)] = s_workspaceFailed,
        [("GetJobMetadata", ErrorKind.NotFound)] = JobErrors.NoMetadata(Job),
        [("GetUsage", ErrorKind.StorageUnavailable)] = s_catalogFailed,
        [("ListCharacterReferences", ErrorKind.StorageUnavailable)] = s_catalogFailed,
        [("ListGenerations", ErrorKind.StorageUnavailable)] = s_catalogFailed,
        [("ListJobAssets", ErrorKind.Conflict)] = s_invalidManifest,
        [("ListJobCharacterReferences", ErrorKind.NotFound)] = JobErrors.Unknown(Job),
        [("ListPendingUploads", ErrorKind.StorageUnavailable)] = s_catalogFailed,
        [("PersistCharacterReference", ErrorKind.Conflict)] = s_otherBytes,
        [("PersistJobAssets", ErrorKind.NotFound)] = JobErrors.NoWorkspace(Job, $"mv/jobs/{Job}"),
        [("PresignJobUploads", ErrorKind.Conflict)] = s_invalidManifest,
        [("ReceiveReplicateWebhook", ErrorKind.NotFound)] = GenerationErrors.HooksAreOff,
        [("ReceiveReplicateWebhook", ErrorKind.StorageUnavailable)] = s_catalogFailed,
        [("ReceiveReplicateWebhook", ErrorKind.Unauthorized)] = GenerationErrors.HookIsForged,
        [("RemoveJobAsset", ErrorKind.NotFound)] = JobErrors.NoManifest(Job),
        [("RemoveJobCharacterReference", ErrorKind.NotFound)] = JobErrors.NotAssociated(Job, ImageId),
        [("RepairJobAssets", ErrorKind.NotFound)] = JobErrors.NoManifest(Job),
        [("ReplaceJobFile", ErrorKind.Conflict)] =
            new(ErrorKind.Conflict, $"The file could not be written to the workspace as {Path}: a folder has its name."),
        [("ReplaceJobFile", ErrorKind.PayloadTooLarge)] = JobErrors.TooLong(DefaultMaxFile),
        [("ReplaceJobFile", ErrorKind.StorageUnavailable)] = s_workspaceFailed,
        [("RetryGeneration", ErrorKind.StorageUnavailable)] = s_catalogFailed,
        [("UploadCharacterReference", ErrorKind.StorageUnavailable)] = s_catalogFull,
        [("VerifyJobAssets", ErrorKind.Conflict)] = s_invalidManifest,
        [("VerifyJobAssets", ErrorKind.NotFound)] = JobErrors.NoManifest(Job),
    };

    /// <summary>The error that an operation shows for a kind.</summary>
    public static Error Find(ErrorKind kind, OperationFilterContext context) =>
        s_errors.GetValueOrDefault((((ControllerActionDescriptor)context.ApiDescription.ActionDescriptor).ActionName, kind)) ?? Common(kind, context);

    private static Error Common(ErrorKind kind, OperationFilterContext context) => kind switch
    {
        ErrorKind.ValidationError => Invalid(context),
        ErrorKind.Unauthorized => ApiKeyGate.KeyRequired,
        ErrorKind.Forbidden => HostGate.Rejection("example.org"),
        ErrorKind.BudgetExceeded => GenerationErrors.OverBudget(0.16m, 4.92m, 5),
        ErrorKind.IdempotencyKeyReused => GenerationErrors.KeyReused,
        ErrorKind.NotFound => Takes(context, "job_id") ? JobErrors.NoAssets(Job)
            : Takes(context, "generation_id") ? GenerationErrors.NotFound(GenerationId)
            : Takes(context, "key") ? ReadSignedAssetHandler.Absent
            : ReferenceErrors.NotFound(ImageId),
        ErrorKind.Conflict => Takes(context, "generation_id") ? GenerationErrors.StillRuns(GenerationId) : s_busy,
        ErrorKind.PayloadTooLarge => new Error(kind, FaultTranslator.TooLarge(LimitOf(context))),
        ErrorKind.GenerationRejected => new Error(kind, $"The model {Model} rejected the input: {Sensitive}"),
        ErrorKind.RateLimited => context.MethodInfo.GetCustomAttribute<ProducesEventsAttribute>() is not null
            ? GenerationErrors.TooManyStreams(DefaultMaxStreams)
            : GenerationErrors.Full(16, 1000),
        ErrorKind.UpstreamFailed => new Error(kind, $"The model returned a file that is not an acceptable image: {NoImage}") { IsPaid = true },
        ErrorKind.UpstreamTimedOut => new Error(kind, $"The model {Model} did not finish within 300 seconds and was canceled.") { IsPaid = true },
        ErrorKind.ConfigurationError => s_noCredentials,
        ErrorKind.StorageUnavailable => s_storeDown,
        ErrorKind.Overloaded => new Error(kind, $"The derivative of image {ImageId} was not rendered within 10 seconds (IMAGE_DECODE_TIMEOUT)."),
        ErrorKind.InternalError => FaultTranslator.Unexpected,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static Error Invalid(OperationFilterContext context) =>
        context.MethodInfo.GetCustomAttribute<ProducesProblemsAttribute>() is { InvalidField: { } field, InvalidDetail: { } detail }
            ? Error.Invalid(field, detail)
        : Takes(context, "job_id") ? Error.Invalid("job_id", $"job_id must be {JobId.Rule}.")
        : Takes(context, "generation_id") ? Error.Invalid("generation_id", $"generation_id must be {IdBinderProvider.UuidRule}.")
        : Error.Invalid("image_id", $"image_id must be {IdBinderProvider.UuidRule}.");

    private static long LimitOf(OperationFilterContext context) =>
        context.MethodInfo.GetCustomAttributes().OfType<IRequestSizeLimitMetadata>().FirstOrDefault()?.MaxRequestBodySize ?? DefaultMaxBody;

    private static bool Takes(OperationFilterContext context, string parameter) =>
        context.ApiDescription.RelativePath!.Contains($"{{{parameter}}}", StringComparison.Ordinal);
}
