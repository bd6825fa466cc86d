namespace MindDsl.Text.Elaboration;

/// <summary>Finds what was meant by a misspelt name.</summary>
internal static class Spelling
{
    /// <summary>The known name with the smallest edit distance, if it is small enough to be meant.</summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        int allowed = name.Length < 5 ? 1 : name.Length < 9 ? 2 : 3;
        return known.Where(k => Math.Abs(k.Length - name.Length) <= allowed && k != name)
            .Select(k => (Name: k, Distance: Distance(name, k)))
            .Where(k => k.Distance <= allowed && k.Distance < name.Length)
            .OrderBy(k => k.Distance).ThenBy(k => Math.Abs(k.Name.Length - name.Length)).ThenByDescending(k => Common(k.Name, name)).ThenBy(k => k.Name, StringComparer.Ordinal)
            .Select(k => k.Name).FirstOrDefault();
    }

    /// <summary>How many first letters are the same.</summary>
    private static int Common(string a, string b) => a.Zip(b).TakeWhile(p => p.First == p.Second).Count();

    /// <summary>How many letters have to be put in, left out, replaced or exchanged with the next one (Damerau and Levenshtein).</summary>
    public static int Distance(string a, string b)
    {
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }
                bool same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        return d[a.Length, b.Length];
    }
}
