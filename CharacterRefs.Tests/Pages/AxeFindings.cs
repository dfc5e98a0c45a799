using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace CharacterRefs.Tests.Pages;

/// <summary>What axe-core finds on a page.</summary>
internal static class AxeFindings
{
    private static readonly string[] s_serious = ["serious", "critical"];

    /// <summary>The findings that keep somebody from using the page: rule, element and reason of each.</summary>
    public static async Task<IReadOnlyList<string>> SeriousAsync(IPage page) =>
        [.. (await page.RunAxe()).Violations.Where(rule => s_serious.Contains(rule.Impact))
            .SelectMany(rule => rule.Nodes.Select(node => $"{page.Url}: {rule.Id}: {node.Html} {Reason(node)}"))];

    private static string Reason(AxeResultNode node) => string.Join(' ', node.Any.Concat(node.All).Concat(node.None).Select(check => check.Message));
}
