using CharacterRefs.Application.Ports.Assets;
using CharacterRefs.Application.Storage;

namespace CharacterRefs.Api.Page;

/// <summary>The Content-Security-Policy of the page: its own files only, no inline code, and images also from the store that they are served from.</summary>
internal sealed class PagePolicy(IAssetUrlSigner signer, StorageSettings storage)
{
    /// <summary>The header's value. Computed for each document, because credentials of the store can appear or change while the service runs.</summary>
    public string Write() => string.Join("; ",
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        $"img-src 'self' blob:{StoreOrigin()}",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types lit-html");

    /// <summary>The origin of presigned URLs, with a space before it; empty when images come from this service.</summary>
    private string StoreOrigin()
    {
        if (!storage.ServeFromCloud)
        {
            return "";
        }

        try
        {
            var signed = signer.Sign(AssetLayout.Probe(Guid.Empty), storage.PresignedUrlExpiry).Url;
            return Uri.TryCreate(signed, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? $" {url.GetLeftPart(UriPartial.Authority)}" : "";
        }
        catch (AssetStoreUnavailableException)
        {
            return ""; // without credentials no image is redirected to the store either
        }
    }
}
