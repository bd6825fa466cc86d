Console.WriteLine("MindDsl");
