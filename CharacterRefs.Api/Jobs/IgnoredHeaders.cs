namespace CharacterRefs.Api.Jobs;

/// <summary>
/// Names what a response without JSON does not carry: <c>X-Ignored-Count</c>, and in <c>X-Ignored</c> the names, percent-encoded and separated by commas, as
/// many as proxies let pass.
/// </summary>
internal static class IgnoredHeaders
{
    private const int MaxLength = 4096;

    public static void Write(HttpResponse response, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return;
        }

        var length = 0;
        response.Headers["X-Ignored-Count"] = names.Count.ToString(CultureInfo.InvariantCulture);
        response.Headers["X-Ignored"] = string.Join(", ", names
            .Select(name => string.Join('/', name.Split('/').Select(Uri.EscapeDataString)))
            .TakeWhile(name => (length += name.Length + 2) <= MaxLength));
    }
}
