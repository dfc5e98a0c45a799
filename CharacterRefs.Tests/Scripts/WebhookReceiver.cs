using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CharacterRefs.Tests.Scripts;

/// <summary>The receiver of docs/webhooks.md, whose C# is this one word for word.</summary>
internal sealed class WebhookReceiver(string secret)
{
    public ConcurrentDictionary<string, string> Received { get; } = new();

    // docs/webhooks.md begins
    public async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers;
        var (id, sent) = (headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString());
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{sent}."), .. body.ToArray()];
        var expected = Encoding.ASCII.GetBytes("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)));
        var isAuthentic = long.TryParse(sent, out var seconds)
            && Math.Abs(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - seconds) <= 300
            && headers["webhook-signature"].ToString().Split(' ')
                .Any(signature => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(signature), expected));
        context.Response.StatusCode = isAuthentic ? 204 : 401;
        if (isAuthentic)
        {
            using var message = JsonDocument.Parse(body.ToArray());
            Received.TryAdd(id, message.RootElement.GetProperty("type").GetString()!); // false: it came before
        }
    }
    // docs/webhooks.md ends
}
