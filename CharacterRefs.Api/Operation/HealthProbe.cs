namespace CharacterRefs.Api.Operation;

/// <summary>The health check of the container, which contains no other HTTP client: requests the liveness of the service on this machine.</summary>
internal static class HealthProbe
{
    /// <summary>The command-line argument of this command.</summary>
    public const string Verb = "health";

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(4);

    /// <returns>The exit code: 0 when the service is live, 1 otherwise.</returns>
    public static async Task<int> RunAsync()
    {
        var port = Environment.GetEnvironmentVariable("API_PORT") is { Length: > 0 } set ? set : "8000";
        using var client = new HttpClient(new SocketsHttpHandler()) { Timeout = s_timeout };
        try
        {
            using var response = await client.GetAsync(new Uri($"http://localhost:{port}/health/live"));
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync("The service is unreachable.");
            return 1;
        }
    }
}
