namespace CharacterRefs.Api.Operation;

/// <summary>For a container's health check, where no other program is there to ask: asks the service on this machine whether it lives.</summary>
internal static class HealthProbe
{
    /// <summary>The one argument that asks for it.</summary>
    public const string Verb = "health";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);

    /// <returns>The exit code: 0 when it answers well, 1 otherwise.</returns>
    public static async Task<int> RunAsync()
    {
        var port = Environment.GetEnvironmentVariable("API_PORT") is { Length: > 0 } set ? set : "8000";
        using var client = new HttpClient(new SocketsHttpHandler()) { Timeout = s_patience };
        try
        {
            using var response = await client.GetAsync(new Uri($"http://localhost:{port}/health/live"));
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync("The service does not answer.");
            return 1;
        }
    }
}
