using System.Net;
using System.Text.RegularExpressions;
using CharacterRefs.Infrastructure.Replicate.Wire;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// The only table from Replicate's responses to the errors of the contract. Replicate's messages are passed on only where they help the caller, without URLs
/// and secrets; a message about credit is not, because it reveals the balance.
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
                return NoResponse();
            case not AttemptEnd.Responded:
                return Failed("Replicate could not be reached.");
        }

        var problem = reply.Read(WireJson.Default.Problem);
        return reply.Status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Unusable("Replicate rejected the token in REPLICATE_API_TOKEN."),
            HttpStatusCode.PaymentRequired => Unusable("The Replicate account has no credit left, or no billing is set up."),
            HttpStatusCode.NotFound => ModelMissing(model),
            HttpStatusCode.UnprocessableEntity when IsAboutVersion(problem) => ModelMissing(model),
            HttpStatusCode.UnprocessableEntity => new Error(ErrorKind.GenerationRejected, $"The model {model} rejected the input: {Complaint(problem)}"),
            HttpStatusCode.TooManyRequests => new Error(ErrorKind.RateLimited, "Replicate's rate limit is exceeded.") { RetryAfter = reply.RetryAfter },
            HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => NoResponse(),
            var status => Failed($"Replicate returned HTTP status {(int)status!}."),
        };
    }

    /// <summary>A prediction that ended without success.</summary>
    public Error Of(Prediction prediction, string model)
    {
        var text = Quote(prediction.ErrorText);
        return prediction.Status switch
        {
            PredictionStatus.Aborted => TimedOut($"Replicate ended the prediction of {model} before it started."),
            PredictionStatus.Canceled => Paid(Failed($"The prediction of {model} was canceled at Replicate.")), // the time that it ran is billed
            _ when Safety().IsMatch(text) => new Error(ErrorKind.GenerationRejected, $"The model {model} rejected the input: {text}"),
            _ => Failed(text.Length > 0 ? $"The model {model} failed: {text}" : $"The model {model} failed without an error message."),
        };
    }

    /// <summary>
    /// A prediction that succeeded although the model rejected its own output: its log says that a black image replaces it (diffusers' safety checker, used by
    /// the older open models). <c>null</c> when the log has no such line.
    /// </summary>
    public Error? FindRejection(Prediction prediction, string model) => BlackImage().Match(prediction.LogText) is { Success: true } match
        ? Paid(new Error(ErrorKind.GenerationRejected, $"The model {model} rejected its own output and returned a black image: {Quote(match.Value)}"))
        : null;

    /// <summary>An output that could not be fetched.</summary>
    public Error OfTransfer(AttemptEnd end, string cause) => Paid(end switch
    {
        AttemptEnd.TimedOut => TimedOut("The model finished the image, but it could not be fetched before Replicate removed it."),
        AttemptEnd.TooLarge => Failed($"The model delivered more than {options.MaxOutputBytes} bytes."),
        AttemptEnd.Responded => Failed($"The model finished the image, but it could not be fetched: {cause}."),
        _ => Failed("The model finished the image, but every transfer broke."),
    });

    /// <summary>The deadline of the prediction passed.</summary>
    public Error Overdue(string model) =>
        Paid(TimedOut($"The model {model} did not finish within {options.Deadline.TotalSeconds:0} seconds and was canceled."));

    /// <summary>Neither an end nor work, by all that is known, and not to be canceled.</summary>
    public Error UnknownStatus(string status, string model) => Paid(TimedOut(
        $"Replicate reports the prediction of {model} as {Quote(status)}, which is no known status, and did not cancel it; its output did not come either."));

    /// <summary>The paid request waited longer than allowed and was not sent.</summary>
    public static Error StillLimited(TimeSpan limit) => new(
        ErrorKind.RateLimited,
        $"The request waited longer than {limit.TotalSeconds:0} seconds for Replicate's rate limit (REPLICATE_RATE_LIMIT_TIMEOUT); nothing was paid.");

    /// <summary>Success without an image.</summary>
    public static Error NoOutput(string model) => Paid(Failed($"The model {model} reported success without an image."));

    /// <summary>An output at a place that is not allowed.</summary>
    public static Error ForeignOutput(string model) =>
        Paid(Failed($"The model {model} delivered its image at a host that REPLICATE_OUTPUT_HOSTS does not allow."));

    /// <summary>An uploaded reference image at a place that no model may be sent to.</summary>
    public static Error ForeignFile() =>
        Failed("Replicate keeps the uploaded reference image neither at api.replicate.com nor at the host of REPLICATE_BASE_URL, so it is not passed on.");

    /// <summary>A response that is not what the API documents.</summary>
    public static Error Unreadable() => Failed("Replicate returned a response that cannot be read.");

    /// <summary>A prediction that was created and is no longer found.</summary>
    public static Error PredictionLost() => Failed("Replicate no longer has the prediction that it created.");

    /// <summary>A model that does not exist, is disabled, or is private.</summary>
    public static Error ModelMissing(string model) => Unusable($"Replicate does not offer the model {model}: it does not exist, is disabled or is private.");

    /// <summary>Replicate did not respond within the time that the caller has.</summary>
    public static Error NoResponse() => TimedOut("Replicate did not respond in time.");

    /// <summary>There is no token.</summary>
    public static Error TokenMissing() => Unusable("REPLICATE_API_TOKEN is not configured");

    /// <summary>Whether Replicate says that the model or its version no longer exists, so that what is cached of it is wrong.</summary>
    public static bool IsModelGone(Reply reply) =>
        reply.Status == HttpStatusCode.NotFound
        || (reply.Status == HttpStatusCode.UnprocessableEntity && IsAboutVersion(reply.Read(WireJson.Default.Problem)));

    /// <summary>What Replicate wrote, for the log.</summary>
    public string LogText(Reply reply) => Quote(reply.Read(WireJson.Default.Problem)?.Detail ?? "");

    private static bool IsAboutVersion(Problem? problem) =>
        problem?.Title?.StartsWith("Invalid version", StringComparison.OrdinalIgnoreCase) == true
        || problem?.Detail?.Contains("version is disabled", StringComparison.OrdinalIgnoreCase) == true;

    private string Complaint(Problem? problem)
    {
        var fields = problem?.InvalidFields?.Where(field => !string.IsNullOrEmpty(field.Description)).Select(field => $"{field.Field}: {field.Description}")
            .ToList();
        var text = Quote(fields is { Count: > 0 } ? string.Join("; ", fields) : problem?.Detail ?? problem?.Title ?? "");
        return text.Length > 0 ? text : "no reason given.";
    }

    private string Quote(string text)
    {
        var clean = options.Token is { } token ? text.Replace(token.Reveal(), "***", StringComparison.Ordinal) : text;
        clean = Whitespace().Replace(Urls().Replace(clean, "(…)"), " ").Trim();
        return clean.Length > LongestQuote ? clean[..LongestQuote] + "…" : clean;
    }

    private static Error Paid(Error error) => error with { IsPaid = true };

    private static Error Unusable(string detail) => new(ErrorKind.ConfigurationError, detail);

    private static Error Failed(string detail) => new(ErrorKind.UpstreamFailed, detail);

    private static Error TimedOut(string detail) => new(ErrorKind.UpstreamTimedOut, detail);

    // E005 of the partner models, "NSFW content detected" of the open ones, and the texts of OpenAI, Google, ByteDance and others that proxied models pass on.
    [GeneratedRegex(
        @"E005|NSFW|flagged|sensitive|moderation|safety[ _](system|filter|checker|polic|setting)"
        + @"|blocked by (our |the )?(safety|content)|(content|usage)[ _]polic"
        + @"|(prohibited|inappropriate|harmful|unsafe|explicit|disallowed)[ _]content|violat\w* (of )?(our |the |its |their )?(\w+ )?(polic|guideline|terms)"
        + @"|responsible ai|\bsexual|\bnudity",
        RegexOptions.IgnoreCase)]
    private static partial Regex Safety();

    // Logs echo prompts, so these words near each other are not enough: a black image must be said to replace the output.
    [GeneratedRegex(
        @"potential NSFW content was detected[^\n]{0,200}"
        + @"|(NSFW|unsafe|safety|sensitive|inappropriate)[^\n]{0,200}\n?[^\n]{0,100}"
        + @"(\bblack images? (will be (returned|used|shown)|((is|are|was|were) )?(returned|used|shown) instead)"
        + @"|\b(return(s|ed|ing)|replac(ed|ing)( (it|them|the images?))? (with|by)) (a )?black images?)\b[^\n]{0,60}",
        RegexOptions.IgnoreCase)]
    private static partial Regex BlackImage();

    [GeneratedRegex(@"(https?://|data:)\S+", RegexOptions.IgnoreCase)]
    private static partial Regex Urls();

    [GeneratedRegex(@"[\s\p{C}]+")]
    private static partial Regex Whitespace();
}
