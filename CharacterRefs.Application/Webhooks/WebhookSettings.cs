using CharacterRefs.Application.Configuration;

namespace CharacterRefs.Application.Webhooks;

/// <summary>Who receives webhooks, and how they are signed.</summary>
public sealed record WebhookSettings
{
    /// <summary>No receivers.</summary>
    public static WebhookSettings None { get; } = new();

    /// <summary><c>WEBHOOK_URLS</c>, default none: the receivers, each once. A secret, because URLs of receivers often hold one.</summary>
    public IReadOnlyList<Uri> Urls { get; init; } = [];

    /// <summary><c>WEBHOOK_SECRET</c>: signs the messages; <c>null</c> only without receivers.</summary>
    public StandardWebhook? Signer { get; init; }

    /// <summary><c>WEBHOOK_ALLOW_PRIVATE</c>, default <c>false</c>: receivers may have <c>http</c> URLs and addresses that are not public.</summary>
    public bool AllowPrivate { get; init; }

    /// <summary>Reads and checks the variables.</summary>
    public static WebhookSettings Read(Settings settings)
    {
        var allowPrivate = settings.Flag("WEBHOOK_ALLOW_PRIVATE", false);
        const string Allowed = "comma-separated https URLs without user and fragment; with WEBHOOK_ALLOW_PRIVATE http too";
        var urls = settings.List("WEBHOOK_URLS", null, Allowed, text => Parse(text, allowPrivate), isSecret: true);
        var secret = settings.Secret("WEBHOOK_SECRET", "whsec_ and 24 to 64 bytes in base64", text => StandardWebhook.Parse(text) is not null);
        if (urls.Count > 0 && secret is null)
        {
            settings.Reject("WEBHOOK_SECRET is required with WEBHOOK_URLS.");
        }

        return new WebhookSettings { Urls = [.. urls.Distinct()], Signer = StandardWebhook.Parse(secret?.Reveal()), AllowPrivate = allowPrivate };
    }

    private static Uri? Parse(string text, bool allowPrivate) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { UserInfo: "", Fragment: "" }
        && (url.Scheme == Uri.UriSchemeHttps || (allowPrivate && url.Scheme == Uri.UriSchemeHttp)) ? url : null;
}
