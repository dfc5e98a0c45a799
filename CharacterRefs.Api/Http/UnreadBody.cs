namespace CharacterRefs.Api.Http;

/// <summary>
/// What a rejection leaves of a request's body. Kestrel reads it for five seconds and then resets the connection, so that a client on a slow line that sends
/// everything before it reads would never see the reason.
/// </summary>
internal static class UnreadBody
{
    /// <summary>Ends the response, then reads the rest of the body, at the pace and up to the length that the server demands of every body.</summary>
    public static async Task ReadAfterResponseAsync(HttpContext http)
    {
        await http.Response.CompleteAsync();
        try
        {
            await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The client left, or the body is too long, too slow or damaged. Its response is sent, so nobody can be notified.
        }
    }
}
