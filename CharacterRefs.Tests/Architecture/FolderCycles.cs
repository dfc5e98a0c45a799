namespace CharacterRefs.Tests.Architecture;

/// <summary>
/// Cycles between the namespaces of one layer, a parent and its child being two namespaces, and between sibling folders with all that is below them.
/// Uses are read from using directives, from types of parent namespaces (they need no using) and from qualified names.
/// </summary>
internal static class FolderCycles
{
    /// <summary>One entry per cycle: the lines that close it, and the way back. Empty without a cycle.</summary>
    public static IReadOnlyList<string> Find(IReadOnlyCollection<SourceFile> files)
    {
        var uses = UsesOf(files);
        return [.. new[] { uses, [.. uses.Select(BetweenSiblings).OfType<FolderUse>()] }.SelectMany(Describe).Distinct()];
    }

    private static List<FolderUse> UsesOf(IReadOnlyCollection<SourceFile> files)
    {
        var types = files.GroupBy(file => file.Namespace).ToDictionary(group => group.Key, group => group.SelectMany(file => file.Types).ToHashSet());
        return [.. files
            .SelectMany(file => file.Usings.Select(name => (file, name, Target: NamespaceOf(name.Name, types)))
                .Concat(file.Names.Select(name => (file, name, Target: Resolve(name.Name, Ancestors(file.Namespace), types)))))
            .Where(use => use.Target is { } target && target.Namespace != use.file.Namespace)
            .Select(use => new FolderUse(use.file.Namespace, use.Target!.Value.Namespace, use.file.Path, use.name.Line, use.Target.Value.What))];
    }

    private static (string Namespace, string What)? NamespaceOf(string name, Dictionary<string, HashSet<string>> types)
    {
        var parent = name[..Math.Max(0, name.LastIndexOf('.'))];
        return types.ContainsKey(name) ? (name, name) : types.ContainsKey(parent) ? (parent, name[(parent.Length + 1)..]) : null;
    }

    /// <summary>The type that a name means, as the compiler looks it up: outwards from the namespace of the file, then as a qualified name.</summary>
    private static (string Namespace, string What)? Resolve(string name, IReadOnlyList<string> ancestors, Dictionary<string, HashSet<string>> types)
    {
        var words = name.Split('.');
        if (ancestors.FirstOrDefault(ancestor => IsTypeOf(ancestor, words[0])) is { } home)
        {
            return (home, words[0]);
        }

        for (var length = words.Length - 1; length > 0; length--)
        {
            var prefix = string.Join('.', words[..length]);
            if (ancestors.Select(ancestor => $"{ancestor}.{prefix}").Prepend(prefix).FirstOrDefault(space => IsTypeOf(space, words[length])) is { } found)
            {
                return (found, words[length]);
            }
        }

        return null;

        bool IsTypeOf(string space, string type) => types.TryGetValue(space, out var names) && names.Contains(type);
    }

    private static List<string> Ancestors(string space)
    {
        var ancestors = new List<string> { space };
        for (var dot = space.LastIndexOf('.'); dot > 0; dot = ancestors[^1].LastIndexOf('.'))
        {
            ancestors.Add(ancestors[^1][..dot]);
        }

        return ancestors;
    }

    /// <summary>The use as one between the two folders in which the paths part; null from a folder to one above or below it.</summary>
    private static FolderUse? BetweenSiblings(FolderUse use)
    {
        var (from, to) = (use.From.Split('.'), use.To.Split('.'));
        var common = from.Zip(to).TakeWhile(pair => pair.First == pair.Second).Count();
        return common == from.Length || common == to.Length
            ? null
            : use with { From = string.Join('.', from[..(common + 1)]), To = string.Join('.', to[..(common + 1)]) };
    }

    private static IEnumerable<string> Describe(List<FolderUse> uses)
    {
        var edges = uses.GroupBy(use => (use.From, use.To)).ToDictionary(group => group.Key, group => group.ToList());
        var open = edges.Keys.ToHashSet();
        foreach (var edge in edges.OrderBy(edge => edge.Value.Count).ThenBy(edge => edge.Key.From, StringComparer.Ordinal).Select(edge => edge.Key))
        {
            // The rarest use of a cycle is the one to remove; without it, what is left may hold further cycles.
            if (PathBetween(edge.To, edge.From, open) is { } back)
            {
                open.Remove(edge);
                var lines = string.Join("\n  ", edges[edge]);
                yield return $"{lines}\n  which uses " +
                    $"{string.Join(", which uses ", back.Select(step => $"{step.To} ({edges[step][0].Path}:{edges[step][0].Line})"))}.";
            }
        }
    }

    /// <summary>The shortest way by these edges, or null.</summary>
    private static List<(string From, string To)>? PathBetween(string start, string end, HashSet<(string From, string To)> edges)
    {
        var ways = new Dictionary<string, List<(string From, string To)>> { [start] = [] };
        var queue = new Queue<string>([start]);
        while (queue.TryDequeue(out var at))
        {
            foreach (var edge in edges.Where(edge => edge.From == at && !ways.ContainsKey(edge.To)).OrderBy(edge => edge.To, StringComparer.Ordinal))
            {
                ways[edge.To] = [.. ways[at], edge];
                queue.Enqueue(edge.To);
            }
        }

        return ways.GetValueOrDefault(end);
    }
}
