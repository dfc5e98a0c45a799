using System.Net;
using System.Text.RegularExpressions;
using CharacterRefs.Application.Results;
using CharacterRefs.Infrastructure.Replicate.Wire;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// The one table from what Replicate says to the errors of the contract. Its words are passed on only where they help the caller, without addresses
/// and secrets; what it says about credit is not, because it reveals the balance.
/// </summary>
internal sealed partial class ReplicateErrors(ReplicateOptions options)
{
    private const int LongestQuote = 400;

    /// <summary>A call that did not succeed.</summary>
    public Error Of(Reply reply, string model)
    {
        switch (reply.End)
        {
            case AttemptEnd.TimedOut:
                return TimedOut("Replicate did not answer in time.");
            case not AttemptEnd.Answered:
                return Failed("Replicate could not be reached.");
        }

        var problem = reply.Read(WireJson.Default.Problem);
        return reply.Status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Unusable("Replicate refuses the token in REPLICATE_API_TOKEN."),
            HttpStatusCode.PaymentRequired => Unusable("The Replicate account has no credit left, or no billing is set up."),
            HttpStatusCode.NotFound => ModelMissing(model),
            HttpStatusCode.UnprocessableEntity when IsAboutVersion(problem) => ModelMissing(model),
            HttpStatusCode.UnprocessableEntity => new Error(ErrorKind.GenerationRejected, $"The model {model} refused the input: {Complaint(problem)}"),
            HttpStatusCode.TooManyRequests => new Error(ErrorKind.RateLimited, "Replicate limits the rate of requests at the moment.") { RetryAfter = reply.RetryAfter },
            HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => TimedOut("Replicate did not answer in time."),
            var status => Failed($"Replicate answered with HTTP status {(int)status!}."),
        };
    }

    /// <summary>A prediction that ended without success.</summary>
    public Error Of(Prediction prediction, string model)
    {
        var text = Quote(prediction.ErrorText);
        return prediction.Status switch
        {
            PredictionStatus.Aborted => TimedOut($"Replicate ended the prediction of {model} before it started."),
            PredictionStatus.Canceled => Failed($"The prediction of {model} was cancelled at Replicate."),
            _ when Safety().IsMatch(text) => new Error(ErrorKind.GenerationRejected, $"The model {model} refused the input: {text}"),
            _ => Failed(text.Length > 0 ? $"The model {model} failed: {text}" : $"The model {model} failed without saying why."),
        };
    }

    /// <summary>An output that could not be fetched.</summary>
    public Error OfTransfer(Attempt attempt) => attempt.End switch
    {
        AttemptEnd.TimedOut => TimedOut("The image was made but could not be fetched in time."),
        AttemptEnd.TooLarge => Failed($"The model delivered more than {options.MaxOutputBytes} bytes."),
        AttemptEnd.Answered => Failed($"The image was made but could not be fetched (HTTP status {(int?)attempt.Status})."),
        _ => Failed("The image was made but the transfer broke off."),
    };

    /// <summary>The deadline of the prediction passed, or the service stops before.</summary>
    public Error Ended(Deadline deadline, string model) => deadline.IsStopped
        ? Failed("The service is being stopped.")
        : TimedOut($"The model {model} did not finish within {options.Deadline.TotalSeconds:0} seconds and was cancelled.");

    /// <summary>Creates had to wait longer than the deadline allows.</summary>
    public static Error StillLimited(TimeSpan retryAfter) =>
        new(ErrorKind.RateLimited, "Replicate limits the rate of requests at the moment.") { RetryAfter = retryAfter };

    /// <summary>Success without an image.</summary>
    public static Error NoOutput(string model) => Failed($"The model {model} reported success without an image.");

    /// <summary>An output at a place that is not allowed.</summary>
    public static Error ForeignOutput(string model) => Failed($"The model {model} delivered its image at a place that REPLICATE_OUTPUT_HOSTS does not allow.");

    /// <summary>An uploaded reference image at a place that no model may be sent to.</summary>
    public static Error ForeignFile() =>
        Failed("Replicate keeps the uploaded reference image neither at api.replicate.com nor at the host of REPLICATE_BASE_URL, so it is not passed on.");

    /// <summary>An answer that is not what the API promises.</summary>
    public static Error Unreadable() => Failed("Replicate answered in a form that is not understood.");

    /// <summary>A prediction that was created and is not found any more.</summary>
    public static Error PredictionLost() => Failed("Replicate no longer knows the prediction that it created.");

    /// <summary>A model that does not exist, is disabled, or is not ours to use.</summary>
    public static Error ModelMissing(string model) => Unusable($"Replicate does not offer the model {model}: it does not exist, is disabled or is private.");

    /// <summary>There is no token.</summary>
    public static Error TokenMissing() => Unusable("REPLICATE_API_TOKEN is not configured");

    /// <summary>What Replicate wrote, for the log.</summary>
    public string LogText(Reply reply) => Quote(reply.Read(WireJson.Default.Problem)?.Detail ?? "");

    private static bool IsAboutVersion(Problem? problem) =>
        problem?.Title?.StartsWith("Invalid version", StringComparison.OrdinalIgnoreCase) == true
        || problem?.Detail?.Contains("version is disabled", StringComparison.OrdinalIgnoreCase) == true;

    private string Complaint(Problem? problem)
    {
        var fields = problem?.InvalidFields?.Where(field => !string.IsNullOrEmpty(field.Description)).Select(field => $"{field.Field}: {field.Description}").ToList();
        var text = Quote(fields is { Count: > 0 } ? string.Join("; ", fields) : problem?.Detail ?? problem?.Title ?? "");
        return text.Length > 0 ? text : "no reason given.";
    }

    private string Quote(string text)
    {
        var clean = options.Token is { } token ? text.Replace(token.Reveal(), "***", StringComparison.Ordinal) : text;
        clean = Whitespace().Replace(Addresses().Replace(clean, "(…)"), " ").Trim();
        return clean.Length > LongestQuote ? clean[..LongestQuote] + "…" : clean;
    }

    private static Error Unusable(string detail) => new(ErrorKind.ConfigurationError, detail);

    private static Error Failed(string detail) => new(ErrorKind.UpstreamFailed, detail);

    private static Error TimedOut(string detail) => new(ErrorKind.UpstreamTimedOut, detail);

    // E005 of the partner models, "NSFW content detected" of the open ones (replicate/skills, error texts seen in the field).
    [GeneratedRegex("E005|NSFW|flagged|sensitive", RegexOptions.IgnoreCase)]
    private static partial Regex Safety();

    [GeneratedRegex(@"(https?://|data:)\S+", RegexOptions.IgnoreCase)]
    private static partial Regex Addresses();

    [GeneratedRegex(@"[\s\p{C}]+")]
    private static partial Regex Whitespace();
}
