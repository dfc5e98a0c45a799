namespace CharacterRefs.Api.Generations;

/// <summary>The <c>Prefer</c> header of RFC 7240, as far as it is honored: <c>respond-async</c> and, with it, <c>wait</c>.</summary>
/// <param name="IsAsync">Whether the response may come before the images.</param>
/// <param name="Wait">How long to wait for them first; zero = not at all.</param>
internal sealed record Preference(bool IsAsync, TimeSpan Wait)
{
    private const int LongestWaitSeconds = 60;

    /// <summary>The value for <c>Preference-Applied</c>.</summary>
    public string Applied => Wait > TimeSpan.Zero
        ? string.Create(CultureInfo.InvariantCulture, $"respond-async, wait={(int)Wait.TotalSeconds}")
        : "respond-async";

    /// <summary>Unknown preferences, and values that are none, are ignored, as the RFC demands; a wait above 60 s is 60 s.</summary>
    public static Preference Read(IHeaderDictionary headers)
    {
        var preferences = headers["Prefer"]
            .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Select(preference => preference.Split(';')[0].Split('=', 2, StringSplitOptions.TrimEntries))
            .ToList();
        var isAsync = preferences.Exists(preference => preference is [var name] && name.Equals("respond-async", StringComparison.OrdinalIgnoreCase));
        var wait = preferences
            .Where(preference => preference is [var name, _] && name.Equals("wait", StringComparison.OrdinalIgnoreCase))
            .Select(preference => int.TryParse(preference[1].Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0)
            .FirstOrDefault();
        return new Preference(isAsync, isAsync ? TimeSpan.FromSeconds(Math.Min(wait, LongestWaitSeconds)) : TimeSpan.Zero);
    }
}
