using System.Buffers.Text;
using CharacterRefs.Api.Configuration;

namespace CharacterRefs.Api.Http;

/// <summary>
/// Cookies that replace the API key where a browser cannot send a header: images and event streams of a page. They admit GET and HEAD only. A cookie is signed
/// with the hash of the key that it was issued for, so it works on every node and after a restart, and ends with its key.
/// </summary>
internal sealed class SessionCookies(ApiKeys keys, ApiOptions options, TimeProvider clock)
{
    public const string Name = "character_refs_session";

    /// <summary>Sets the cookie of a key. It ends with the browser's session, or after <c>SESSION_LIFETIME</c>.</summary>
    public void Issue(HttpContext context, byte[] keyHash)
    {
        var expiry = (clock.GetUtcNow() + options.SessionLifetime).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        context.Response.Cookies.Append(Name, $"{expiry}.{Base64Url.EncodeToString(Sign(keyHash, expiry))}", Flags(context));
    }

    /// <summary>Removes the cookie.</summary>
    public static void Remove(HttpContext context) => context.Response.Cookies.Delete(Name, Flags(context));

    /// <summary>Whether the request only reads and has a valid cookie.</summary>
    public bool Admit(HttpRequest request)
    {
        if ((!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            || request.Cookies[Name]?.Split('.') is not [var expiry, var signature]
            || !long.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds <= clock.GetUtcNow().ToUnixTimeSeconds()
            || !Base64Url.IsValid(signature))
        {
            return false;
        }

        var sent = Base64Url.DecodeFromChars(signature);
        return keys.Any(known => CryptographicOperations.FixedTimeEquals(sent, Sign(known, expiry)));
    }

    private static byte[] Sign(byte[] keyHash, string expiry) => HMACSHA256.HashData(keyHash, Encoding.ASCII.GetBytes($"{Name} {expiry}"));

    private static CookieOptions Flags(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/api/mv",
        IsEssential = true,
    };
}
